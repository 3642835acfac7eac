import { beginAuthentication } from './begin-authentication.ts';
import type { Connection } from './connect.ts';
import { finishAuthentication } from './finish-authentication.ts';
import { KeylaneError } from './keylane-error.ts';
import { showPasskey } from './show-passkey.ts';
import { stopAutofill } from './stop-autofill.ts';
import { supportsPasskeys } from './supports-passkeys.ts';
import type { Session } from './types.ts';

/**
 * Signs the visitor in with any passkey of theirs; for a button. A pending `signInWithAutofill` is
 * aborted first. The browser's prompt waits for the visitor, so this can take minutes; abort it
 * with `signal`.
 *
 * @throws {KeylaneError} `cancelled` when the visitor closed the prompt or has no passkey here,
 * which most pages should pass over calmly; `credential_unknown` when the passkey belongs to no
 * account (any more); `authentication_refused` when the server said no, always without the reason.
 */
export function signIn(
  connection: Connection,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Session> {
  return authenticate(connection, {}, signal);
}

/** The ceremony behind `signIn` and `signInWithHandle`. */
export async function authenticate(
  connection: Connection,
  body: { handle?: string },
  signal: AbortSignal | undefined,
): Promise<Session> {
  if (!supportsPasskeys()) throw new KeylaneError('unsupported');
  await stopAutofill(connection);
  const { publicKey } = await beginAuthentication(connection, body, signal);
  const credential = await showPasskey(publicKey, { signal });
  return finishAuthentication(connection, publicKey, credential, signal);
}
