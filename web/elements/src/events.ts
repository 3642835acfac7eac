import type { KeylaneError, Session } from '@keylane/client';

/** What the elements tell the page. All bubble and cross shadow roots. */
export interface KeylaneEvents {
  'keylane-signed-in': CustomEvent<Session>;
  'keylane-signed-out': CustomEvent<null>;
  'keylane-error': CustomEvent<KeylaneError>;
}

declare global {
  interface HTMLElementEventMap extends KeylaneEvents {}
}

export function announce<Name extends keyof KeylaneEvents>(
  element: HTMLElement,
  name: Name,
  detail: KeylaneEvents[Name]['detail'],
): void {
  element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}
