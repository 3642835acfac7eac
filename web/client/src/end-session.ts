import type { Connection } from './connect.ts';
import { request } from './request.ts';

/** Signs the user out somewhere else. For the session here, use `signOut`. */
export function endSession(connection: Connection, id: string): Promise<void> {
  return request(connection, 'DELETE', `/v1/me/sessions/${encodeURIComponent(id)}`);
}
