import { css } from 'lit';

/** Buttons, fields, headings and notes, the same in both elements. */
export const controls = css`
  .heading {
    margin: 0;
    font-size: 1.5rem;
    font-weight: 650;
    line-height: 1.25;
    letter-spacing: -0.015em;
    text-wrap: balance;
  }
  .heading:focus {
    outline: none;
  }
  .lead {
    margin: 0;
    color: var(--_muted);
    text-wrap: pretty;
    overflow-wrap: anywhere;
  }
  button {
    appearance: none;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.6em;
    min-height: 44px;
    margin: 0;
    padding: 0.5rem 1rem;
    border: 1px solid transparent;
    border-radius: calc(var(--_radius) - 2px);
    background: none;
    color: inherit;
    font: inherit;
    font-weight: 600;
    line-height: 1.25;
    cursor: pointer;
    transition:
      background-color 120ms,
      border-color 120ms;
  }
  button.primary {
    background: var(--_accent);
    color: var(--_on-accent);
  }
  button.primary:hover {
    background: color-mix(in srgb, var(--_accent) 88%, var(--_ink));
  }
  button.secondary {
    border-color: var(--_edge);
    background: var(--_surface);
  }
  button.secondary:hover,
  button.quiet:hover {
    background: var(--_ground);
  }
  button.quiet {
    color: var(--_accent);
  }
  button.quiet.danger {
    color: var(--_danger);
  }
  button.danger-fill {
    background: var(--_danger);
    color: var(--_on-danger);
  }
  button.link {
    padding: 0.5rem 0.25rem;
    color: var(--_accent);
    text-decoration: underline;
    text-decoration-thickness: 1px;
    text-underline-offset: 0.2em;
  }
  button.link:hover {
    text-decoration-thickness: 2px;
  }
  button[aria-disabled='true'] {
    cursor: default;
    opacity: 0.62;
  }
  button.link[aria-disabled='true'] {
    color: var(--_muted);
    opacity: 1;
    text-decoration: none;
    font-weight: 400;
    font-variant-numeric: tabular-nums;
  }
  button.wide {
    width: 100%;
    min-height: 48px;
  }
  a {
    color: var(--_accent);
    text-underline-offset: 0.2em;
  }
  button:focus-visible,
  a:focus-visible,
  .heading:focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
    border-radius: calc(var(--_radius) - 2px);
  }
  .icon {
    flex: none;
    width: 1.375em;
    height: 1.375em;
  }
  .box {
    display: block;
    border: 1px solid var(--_edge);
    border-radius: calc(var(--_radius) - 2px);
    background: var(--_surface);
  }
  .box:focus-within {
    border-color: var(--_accent);
    outline: 2px solid var(--_accent);
    outline-offset: 0;
  }
  .note {
    display: flex;
    gap: 0.6rem;
    align-items: flex-start;
    margin: 0;
    padding: 0.75rem 0.875rem;
    border-radius: calc(var(--_radius) - 2px);
    background: var(--_ground);
    overflow-wrap: anywhere;
  }
  .note:empty {
    display: none;
  }
  .note .icon {
    margin-top: 0.06em;
    color: var(--_accent);
  }
  .note.error {
    background: color-mix(in srgb, var(--_danger) 9%, var(--_surface));
  }
  .note.error .icon {
    color: var(--_danger);
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }
  @media (forced-colors: active) {
    button,
    .note {
      border: 1px solid ButtonText;
    }
  }
`;
