import { openState } from './connection-state.ts';

/** A Keylane server as seen from this page. Make one with {@link connect}; all functions take it first. */
export interface Connection {
  /** Address of the server, without a slash at the end. */
  readonly server: string;
  /**
   * Where the session lives. `cookie`: on Keylane's own pages, out of reach of scripts. `token`: on
   * other origins, in this page's memory only, so that a reload forgets it.
   */
  readonly delivery: 'cookie' | 'token';
}

/** Names the server to talk to. Sends nothing yet. */
export function connect(server: string): Connection {
  const address = server.replace(/\/+$/, '');
  const here = globalThis.location?.origin;
  const delivery = here !== undefined && new URL(address).origin === here ? 'cookie' : 'token';
  const connection: Connection = Object.freeze({ server: address, delivery });
  openState(connection);
  return connection;
}
