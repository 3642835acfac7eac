/** The elements for any page, and the client under them: `/keylane.js` on every Keylane server. */
export * from '@keylane/client';
export { connectionFor } from './connection-for.ts';
export type { KeylaneEvents } from './events.ts';
export { KeylaneAccount } from './keylane-account.ts';

import './keylane-account.define.ts';

export { KeylaneSignIn } from './keylane-sign-in.ts';

import './keylane-sign-in.define.ts';

export { en } from './texts/en.ts';
export { addTexts, type Texts } from './texts/index.ts';
