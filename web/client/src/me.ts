import type { Connection } from './connect.ts';
import { request } from './request.ts';
import type { Me } from './types.ts';

/**
 * Who is signed in.
 *
 * @throws {KeylaneError} `session_required` when nobody is.
 */
export function me(connection: Connection, { signal }: { signal?: AbortSignal } = {}): Promise<Me> {
  return request(connection, 'GET', '/v1/me', { signal });
}
