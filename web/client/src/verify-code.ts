import type { Connection } from './connect.ts';
import { keepSession } from './keep-session.ts';
import { send } from './send.ts';
import type { Session } from './types.ts';

/**
 * Answers `signUp` with the code from the mail. The session that it opens is good for one thing:
 * making the first passkey with `registerPasskey`.
 *
 * @throws {KeylaneError} `code_refused` when it is wrong, used up or expired: let the visitor type
 * again or send another; `rate_limited`.
 */
export async function verifyCode(
  connection: Connection,
  signupId: string,
  code: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Session> {
  const body = { signup_id: signupId, code };
  const session = await send<Session>(connection, 'POST', '/v1/signup/verify', { body, signal });
  return keepSession(connection, session);
}
