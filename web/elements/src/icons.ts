import { type SVGTemplateResult, svg } from 'lit';

const icon = (paths: SVGTemplateResult) => svg`<svg
  class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor"
  stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"
  focusable="false">${paths}</svg>`;

/** A person and a key: the shape that sites use for passkeys. */
export const passkeyIcon = icon(svg`<circle cx="9" cy="7.5" r="3.75"/>
  <path d="M2.5 20c.3-3.8 2.9-6 6.5-6 1.1 0 2 .2 2.9.6"/>
  <circle cx="17.5" cy="12" r="2.75"/><path d="M17.5 14.75V21l-1.5 0m1.5-2.75H16"/>`);
export const syncedIcon =
  icon(svg`<path d="M7 18.5h10a4 4 0 0 0 .6-7.95 5.75 5.75 0 0 0-11.1-.9A4.5 4.5 0 0 0 7 18.5Z"/>
  <path d="m9.5 13.5 2 2 3.5-3.75"/>`);
export const deviceIcon = icon(
  svg`<rect x="7" y="2.75" width="10" height="18.5" rx="2.5"/><path d="M11 18h2"/>`,
);
/** A key that one carries: what a USB or NFC authenticator is. */
export const keyIcon = icon(
  svg`<circle cx="8" cy="8" r="4.25"/><path d="m11 11 8.5 8.5m-4-4 2.75-2.75m.75 6.25 2-2"/>`,
);
export const screenIcon = icon(
  svg`<rect x="3" y="4.5" width="18" height="12" rx="2"/><path d="M9 20h6m-3-3.5V20"/>`,
);
export const checkIcon = icon(
  svg`<circle cx="12" cy="12" r="9.25"/><path d="m8 12.4 2.8 2.8L16.2 9.6"/>`,
);
export const tickIcon = icon(svg`<path d="m5.5 12.5 4.2 4.2 8.8-9.2"/>`);
export const shieldIcon =
  icon(svg`<path d="M12 3 5 5.75v5.5c0 4.4 2.9 7.9 7 9.75 4.1-1.85 7-5.35 7-9.75v-5.5L12 3Z"/>
  <path d="m9 12 2.2 2.2L15.25 10"/>`);
export const warningIcon = icon(
  svg`<path d="M12 4 2.9 19.5h18.2L12 4Z"/><path d="M12 10v4.25m0 2.6v.1"/>`,
);
