import { css } from 'lit';

export const signInStyle = css`
  .card {
    display: grid;
    gap: 1rem;
    width: 100%;
  }
  .head {
    display: grid;
    gap: 0.375rem;
  }
  .emblem {
    display: grid;
    place-items: center;
    width: 52px;
    height: 52px;
    margin-bottom: 0.5rem;
    border-radius: 50%;
    background: var(--_tint);
    color: var(--_accent);
    font-size: 1.2rem;
  }
  .handle {
    display: inline-block;
    color: var(--_ink);
    font-weight: 600;
  }
  .or {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    margin: 0.125rem 0;
    color: var(--_muted);
    font-size: 0.9375rem;
  }
  .or::before,
  .or::after {
    content: '';
    flex: 1;
    border-top: 1px solid var(--_line);
  }
  .field {
    display: grid;
    gap: 0.375rem;
  }
  .foot {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    column-gap: 0.35rem;
    margin: 0;
    color: var(--_muted);
  }
  .foot.apart {
    justify-content: space-between;
    column-gap: 1rem;
    margin-inline: -0.25rem;
  }
  .facts {
    display: grid;
    gap: 0.5rem;
    margin: 0 0 0.25rem;
    padding: 0;
    list-style: none;
  }
  .facts li {
    display: flex;
    gap: 0.625rem;
  }
  .facts .icon {
    margin-top: 0.06em;
    color: var(--_accent);
  }
  .hint {
    margin: 0;
    padding: 0.5rem 0.875rem 0;
    border: 1px dashed var(--_line);
    border-radius: calc(var(--_radius) - 2px);
    color: var(--_muted);
    font-size: 0.9375rem;
  }
  .hint a {
    display: inline-flex;
    align-items: center;
    min-height: 44px;
  }
  ::slotted(label) {
    font-weight: 600 !important;
    font-size: 0.9375rem !important;
    color: var(--_ink) !important;
  }
  ::slotted(input) {
    display: block !important;
    box-sizing: border-box !important;
    width: 100% !important;
    min-width: 0 !important;
    min-height: 46px !important;
    margin: 0 !important;
    padding: 0.5rem 0.875rem !important;
    border: 0 !important;
    border-radius: calc(var(--_radius) - 3px) !important;
    outline: none !important;
    background: transparent !important;
    box-shadow: none !important;
    color: var(--_ink) !important;
    caret-color: var(--_accent);
    font: inherit !important;
    appearance: none !important;
  }
  ::slotted(input)::placeholder {
    color: var(--_muted) !important;
    opacity: 0.85;
  }
  ::slotted(input:autofill) {
    box-shadow: 0 0 0 100px var(--_tint) inset !important;
    -webkit-text-fill-color: var(--_ink) !important;
  }
  ::slotted(input[slot='code']) {
    font-size: 1.625rem !important;
    font-weight: 600 !important;
    font-variant-numeric: tabular-nums !important;
    letter-spacing: 0.32em !important;
    text-align: center !important;
    padding-inline-end: calc(0.875rem - 0.32em) !important;
  }
  ::slotted(span) {
    color: var(--_muted) !important;
    font-size: 0.9375rem !important;
  }
  ::slotted(span:empty) {
    display: none !important;
  }
  ::slotted(span[data-invalid]) {
    color: var(--_danger) !important;
  }
`;
