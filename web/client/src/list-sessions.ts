import type { Connection } from './connect.ts';
import { request } from './request.ts';
import type { SessionInfo } from './types.ts';

/** Where the user is signed in. */
export async function listSessions(
  connection: Connection,
  { signal }: { signal?: AbortSignal } = {},
): Promise<SessionInfo[]> {
  const path = '/v1/me/sessions';
  const list = await request<{ sessions: SessionInfo[] }>(connection, 'GET', path, { signal });
  return list.sessions;
}
