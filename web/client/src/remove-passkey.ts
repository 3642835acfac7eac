import type { Connection } from './connect.ts';
import { request } from './request.ts';

/**
 * Removes a passkey and ends the sessions that it opened, this one too if it did.
 *
 * @throws {KeylaneError} `last_passkey` when it is the only one: tell the visitor what that means
 * and call again with `last: 'confirm'` if they insist; `step_up_required`; `passkey_not_found`.
 */
export function removePasskey(
  connection: Connection,
  id: string,
  { last }: { last?: 'confirm' } = {},
): Promise<void> {
  const query = last === undefined ? '' : `?last=${last}`;
  const path = `/v1/me/credentials/${encodeURIComponent(id)}${query}`;
  return request(connection, 'DELETE', path);
}
