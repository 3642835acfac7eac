import type { Connection } from './connect.ts';
import { send } from './send.ts';

export interface BegunAuthentication {
  publicKey: PublicKeyCredentialRequestOptionsJSON;
  expires_in_s: number;
}

/** Asks the server for a challenge. With a handle the answer is the same whether it is known or not. */
export function beginAuthentication(
  connection: Connection,
  body: { handle?: string; mediation?: 'conditional' },
  signal?: AbortSignal,
): Promise<BegunAuthentication> {
  return send(connection, 'POST', '/v1/authentication/begin', { body, signal });
}
