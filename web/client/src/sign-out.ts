import type { Connection } from './connect.ts';
import { stateOf } from './connection-state.ts';
import { KeylaneError } from './keylane-error.ts';
import { request } from './request.ts';

/** Ends the session here. A session that has ended already is a success. */
export async function signOut(connection: Connection): Promise<void> {
  try {
    await request(connection, 'POST', '/v1/session/logout');
  } catch (error) {
    const code = error instanceof KeylaneError ? error.code : '';
    if (code !== 'session_required' && code !== 'refresh_refused') throw error;
  }
  stateOf(connection).tokens = null;
}
