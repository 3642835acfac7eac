import type { Connection } from './connect.ts';
import { request } from './request.ts';
import type { Passkey } from './types.ts';

/**
 * Gives a passkey another name, 1 to 64 characters.
 *
 * @throws {KeylaneError} `passkey_not_found` when it was removed meanwhile; `step_up_required`.
 */
export function renamePasskey(
  connection: Connection,
  id: string,
  nickname: string,
): Promise<Passkey> {
  const body = { nickname };
  return request(connection, 'PATCH', `/v1/me/credentials/${encodeURIComponent(id)}`, { body });
}
