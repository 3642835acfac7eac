/**
 * Sign-up, sign-in and account functions of a Keylane server.
 *
 * ```ts
 * import { connect, signIn } from '@keylane/client';
 * const keylane = connect('https://login.example.org');
 * const { user } = await signIn(keylane);
 * ```
 */
export { accessToken } from './access-token.ts';
export { claimFirstAdministrator } from './claim-first-administrator.ts';
export { type ClientCapabilities, clientCapabilities } from './client-capabilities.ts';
export { config } from './config.ts';
export { type Connection, connect } from './connect.ts';
export { endSession } from './end-session.ts';
export { KeylaneError, type KeylaneErrorCode } from './keylane-error.ts';
export { listPasskeys } from './list-passkeys.ts';
export { listSessions } from './list-sessions.ts';
export { me } from './me.ts';
export { refresh } from './refresh.ts';
export { registerPasskey } from './register-passkey.ts';
export { removePasskey } from './remove-passkey.ts';
export { renamePasskey } from './rename-passkey.ts';
export { signIn } from './sign-in.ts';
export { signInWithAutofill } from './sign-in-with-autofill.ts';
export { signInWithHandle } from './sign-in-with-handle.ts';
export { signOut } from './sign-out.ts';
export { signOutEverywhere } from './sign-out-everywhere.ts';
export { signUp } from './sign-up.ts';
export { signalAcceptedCredentials } from './signal-accepted-credentials.ts';
export { signalCurrentUserDetails, type UserDetails } from './signal-current-user-details.ts';
export { signalUnknownCredential } from './signal-unknown-credential.ts';
export { stopAutofill } from './stop-autofill.ts';
export { supportsAutofill } from './supports-autofill.ts';
export { supportsPasskeys } from './supports-passkeys.ts';
export type * from './types.ts';
export { verifyCode } from './verify-code.ts';
