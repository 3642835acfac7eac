import type { Connection } from './connect.ts';
import { send } from './send.ts';
import type { SignUp } from './types.ts';

/**
 * Sends a six-digit code to an e-mail address; continue with `verifyCode`. Call it again to send
 * another code, not before `resend_after_s` has passed. The answer is the same whether or not the
 * address has an account.
 *
 * @throws {KeylaneError} `invalid_request` when it is no e-mail address; `rate_limited`.
 */
export function signUp(
  connection: Connection,
  handle: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<SignUp> {
  return send(connection, 'POST', '/v1/signup', { body: { handle }, signal });
}
