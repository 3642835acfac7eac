import type { Connection } from './connect.ts';
import { stateOf } from './connection-state.ts';
import { keepSession } from './keep-session.ts';
import { KeylaneError } from './keylane-error.ts';
import { send } from './send.ts';
import type { Session } from './types.ts';

/**
 * Exchanges the refresh token for new tokens.
 *
 * However many callers ask at once, one request goes out: the server takes each refresh token once
 * and treats a second use as theft.
 *
 * @throws {KeylaneError} `session_required` when there is no refresh token here; `refresh_refused`
 * when the session has ended, in which case the tokens are forgotten: let the visitor sign in.
 */
export function refresh(connection: Connection): Promise<Session> {
  const state = stateOf(connection);
  state.refreshing ??= exchange(connection).finally(() => {
    state.refreshing = null;
  });
  return state.refreshing;
}

async function exchange(connection: Connection): Promise<Session> {
  const state = stateOf(connection);
  const used = state.tokens;
  if (!used) throw new KeylaneError('session_required');
  const body = { refresh_token: used.refresh };
  try {
    const session = await send<Session>(connection, 'POST', '/v1/session/refresh', { body });
    // Signed out or in anew meanwhile: these tokens are not wanted any more.
    if (state.tokens !== used) throw new KeylaneError('aborted');
    return keepSession(connection, session);
  } catch (error) {
    const ended = error instanceof KeylaneError && error.code === 'refresh_refused';
    if (ended && state.tokens === used) state.tokens = null;
    throw error;
  }
}
