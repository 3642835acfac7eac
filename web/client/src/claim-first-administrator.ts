import type { Connection } from './connect.ts';
import { request } from './request.ts';
import type { Session } from './types.ts';

/**
 * Makes the signed-in user the server's first administrator, with the one-time link's token.
 *
 * @throws {KeylaneError} `link_refused` when the link is used up, expired or wrong.
 */
export function claimFirstAdministrator(connection: Connection, token: string): Promise<Session> {
  return request(connection, 'POST', '/v1/first-administrator', { body: { token } });
}
