import { css } from 'lit';

export const accountStyle = css`
  .account {
    display: grid;
    gap: 2.25rem;
  }
  .top {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.75rem 1.5rem;
  }
  .who {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.625rem;
    min-width: 0;
    color: var(--_muted);
  }
  .who span {
    overflow-wrap: anywhere;
  }
  .heading.sub {
    font-size: 1.1875rem;
  }
  .group {
    display: grid;
    gap: 0.875rem;
  }
  .grouphead {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.75rem 1rem;
  }
  ul {
    display: grid;
    gap: 0.75rem;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .item {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    gap: 0.25rem 0.875rem;
    padding: 1rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .badge {
    display: grid;
    place-items: center;
    grid-row: span 2;
    width: 42px;
    height: 42px;
    border-radius: 50%;
    background: var(--_tint);
    color: var(--_accent);
  }
  .name {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.125rem 0.625rem;
    align-self: center;
    grid-column: 2;
    min-width: 0;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .mark {
    padding: 0.0625rem 0.5625rem;
    border-radius: 99px;
    background: var(--_tint);
    color: var(--_accent);
    font-size: 0.8125rem;
    font-weight: 600;
    white-space: nowrap;
  }
  .facts {
    grid-column: 2 / -1;
    display: grid;
    gap: 0.125rem;
    color: var(--_muted);
    font-size: 0.9375rem;
    overflow-wrap: anywhere;
  }
  .facts p {
    margin: 0;
  }
  .facts span + span::before {
    content: '·';
    margin: 0 0.375rem 0 0.125rem;
  }
  .actions {
    display: flex;
    gap: 0.125rem;
    grid-area: 1 / 3;
    margin: -0.625rem -0.5rem -0.625rem 0;
    align-self: center;
  }
  .actions button {
    padding-inline: 0.625rem;
  }
  .rename {
    grid-column: 2 / -1;
    display: grid;
    gap: 0.375rem;
    margin: 0;
  }
  .rename label {
    font-size: 0.9375rem;
    font-weight: 600;
  }
  .rename .row {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  .rename .box {
    flex: 1 1 12rem;
  }
  .rename input {
    width: 100%;
    min-height: 44px;
    padding: 0.375rem 0.75rem;
    border: 0;
    border-radius: inherit;
    outline: none;
    background: none;
    color: inherit;
    font: inherit;
  }
  .wrong {
    margin: 0;
    color: var(--_danger);
    font-size: 0.9375rem;
  }
  .wrong:empty {
    display: none;
  }
  .nudge {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0.25rem 0.875rem;
    padding: 1rem;
    border-radius: var(--_radius);
    background: var(--_tint);
  }
  .nudge > .icon {
    margin-top: 0.1em;
    color: var(--_accent);
  }
  .nudge p {
    margin: 0;
    text-wrap: pretty;
  }
  .nudge strong {
    font-weight: 650;
  }
  .nudge button {
    grid-column: 2;
    justify-self: start;
    margin-top: 0.5rem;
  }
  .status {
    position: sticky;
    bottom: 1rem;
    z-index: 1;
  }
  .status .note {
    border: 1px solid var(--_line);
    background: var(--_surface);
    box-shadow: 0 6px 24px light-dark(#17211f24, #0009);
  }
  .status .note.error {
    border-color: color-mix(in srgb, var(--_danger) 45%, var(--_surface));
  }
  dialog {
    width: min(27rem, calc(100vw - 2rem));
    max-height: calc(100dvh - 2rem);
    padding: 0;
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) + 4px);
    background: var(--_surface);
    color: var(--_ink);
    box-shadow: 0 16px 64px light-dark(#17211f40, #000c);
  }
  dialog::backdrop {
    background: light-dark(#17211f73, #000000a6);
  }
  .ask {
    display: grid;
    gap: 0.875rem;
    padding: 1.5rem;
  }
  .ask .heading {
    font-size: 1.1875rem;
  }
  .ask p {
    margin: 0;
    text-wrap: pretty;
    overflow-wrap: anywhere;
  }
  .ask .choices {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 0.625rem;
    margin-top: 0.5rem;
  }
  @media (max-width: 34rem) {
    .actions {
      grid-area: 3 / 2;
      margin: 0 0 -0.5rem -0.625rem;
    }
    .facts span {
      display: block;
    }
    .facts span + span::before {
      content: none;
    }
    .ask .choices button,
    .grouphead button {
      flex: 1 1 100%;
    }
  }
`;
