import type { Connection } from './connect.ts';
import { request } from './request.ts';
import { signalAcceptedCredentials } from './signal-accepted-credentials.ts';
import type { Passkey, PasskeyList } from './types.ts';

/** The user's passkeys. Where the browser can, their provider learns which ones are still good. */
export async function listPasskeys(
  connection: Connection,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Passkey[]> {
  const list = await request<PasskeyList>(connection, 'GET', '/v1/me/credentials', { signal });
  await signalAcceptedCredentials(list.accepted);
  return list.passkeys;
}
