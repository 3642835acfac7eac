import { type Connection, connect } from '@keylane/client';

const connections = new Map<string, Connection>();

/** The one connection of this page to a server, shared by all elements so that they share the session. */
export function connectionFor(server: string): Connection {
  const address = new URL(server || scriptOrigin(), location.href).href;
  let connection = connections.get(address);
  if (!connection) {
    connection = connect(address);
    connections.set(address, connection);
  }
  return connection;
}

/** Where this script came from is, unless said otherwise, the server to talk to. */
function scriptOrigin(): string {
  return new URL(import.meta.url).origin;
}
