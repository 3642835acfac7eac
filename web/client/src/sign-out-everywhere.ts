import type { Connection } from './connect.ts';
import { stateOf } from './connection-state.ts';
import { request } from './request.ts';

/** Ends all sessions of the user, the one here included. */
export async function signOutEverywhere(connection: Connection): Promise<void> {
  await request(connection, 'DELETE', '/v1/me/sessions');
  stateOf(connection).tokens = null;
}
