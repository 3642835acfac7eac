import { css } from 'lit';

/**
 * Colours and measures, each of which a page can set:
 * `--keylane-accent`, `--keylane-on-accent`, `--keylane-ink`, `--keylane-muted`, `--keylane-surface`,
 * `--keylane-ground`, `--keylane-line`, `--keylane-danger`, `--keylane-radius`, `--keylane-font`.
 *
 * Light or dark follows the page's `color-scheme`, so that an element on a page which is always
 * light stays light.
 */
export const theme = css`
  :host {
    --_accent: var(--keylane-accent, light-dark(#0b5c56, #78d5c8));
    --_on-accent: var(--keylane-on-accent, light-dark(#ffffff, #06211e));
    --_ink: var(--keylane-ink, light-dark(#17211f, #e9efed));
    --_muted: var(--keylane-muted, light-dark(#55635f, #a3b3af));
    --_surface: var(--keylane-surface, light-dark(#ffffff, #182220));
    --_ground: var(--keylane-ground, light-dark(#f3f2ed, #212d2a));
    --_line: var(--keylane-line, light-dark(#dddbd2, #30403c));
    --_danger: var(--keylane-danger, light-dark(#a3262c, #ffa19a));
    --_on-danger: light-dark(#ffffff, #3a0906);
    --_edge: light-dark(#7d8a86, #758782);
    --_tint: color-mix(in srgb, var(--_accent) 9%, var(--_surface));
    --_radius: var(--keylane-radius, 12px);
    display: block;
    box-sizing: border-box;
    color: var(--_ink);
    font-family: var(
      --keylane-font,
      ui-sans-serif,
      system-ui,
      -apple-system,
      'Segoe UI',
      Roboto,
      'Noto Sans',
      'DejaVu Sans',
      sans-serif
    );
    font-size: 1rem;
    line-height: 1.5;
    text-align: start;
    -webkit-text-size-adjust: 100%;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
`;
