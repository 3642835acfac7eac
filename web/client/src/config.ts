import type { Connection } from './connect.ts';
import { send } from './send.ts';
import type { ServerConfig } from './types.ts';

/** What the server tells everyone about itself. */
export function config(connection: Connection, signal?: AbortSignal): Promise<ServerConfig> {
  return send(connection, 'GET', '/v1/config', { signal });
}
