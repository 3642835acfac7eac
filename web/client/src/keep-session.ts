import type { Connection } from './connect.ts';
import { stateOf } from './connection-state.ts';
import type { Session } from './types.ts';

/** Remembers the tokens of a new session, if it came with any. */
export function keepSession(connection: Connection, session: Session): Session {
  const { access_token: access, refresh_token: refresh, expires_in_s: expiresInS } = session;
  if (access !== undefined && refresh !== undefined) {
    const accessExpiresAtMs = performance.now() + (expiresInS ?? 0) * 1000;
    stateOf(connection).tokens = { access, refresh, accessExpiresAtMs };
  }
  return session;
}
