import type { Connection } from './connect.ts';
import { stateOf } from './connection-state.ts';
import { KeylaneError } from './keylane-error.ts';
import { refresh } from './refresh.ts';

// Long enough for the request that will carry it.
const EARLY_MS = 15_000;

/**
 * An access token that is good for at least some seconds, for calls to your own back end.
 * Ask for it anew before every call; it is renewed when needed.
 *
 * @throws {KeylaneError} `session_required` when nobody is signed in here (or on Keylane's own
 * pages, where the session is a cookie); `refresh_refused` when the session has ended.
 */
export async function accessToken(connection: Connection): Promise<string> {
  const state = stateOf(connection);
  if (!state.tokens) throw new KeylaneError('session_required');
  if (state.tokens.accessExpiresAtMs - EARLY_MS < performance.now()) await refresh(connection);
  if (!state.tokens) throw new KeylaneError('session_required');
  return state.tokens.access;
}
