import type { Connection } from './connect.ts';
import { authenticate } from './sign-in.ts';
import type { Session } from './types.ts';

/**
 * Like `signIn`, for a visitor who typed the e-mail address first. The server answers known and
 * unknown addresses alike, so `cancelled` is also what a visitor without an account gets: offer
 * them to create one.
 */
export function signInWithHandle(
  connection: Connection,
  handle: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Session> {
  return authenticate(connection, { handle }, signal);
}
