import type { Connection } from './connect.ts';
import { credentialJson } from './credential-json.ts';
import { keepSession } from './keep-session.ts';
import { KeylaneError } from './keylane-error.ts';
import { send } from './send.ts';
import { signalUnknownCredential } from './signal-unknown-credential.ts';
import type { Session } from './types.ts';

/** Sends the passkey's answer. A passkey that the server does not know is reported to its provider. */
export async function finishAuthentication(
  connection: Connection,
  rpId: string | undefined,
  credential: PublicKeyCredential,
  signal?: AbortSignal,
): Promise<Session> {
  const body = { credential: credentialJson(credential) };
  try {
    const path = '/v1/authentication/finish';
    const session = await send<Session>(connection, 'POST', path, { body, signal });
    return keepSession(connection, session);
  } catch (error) {
    if (error instanceof KeylaneError && error.code === 'credential_unknown') {
      await signalUnknownCredential(rpId ?? location.hostname, credential.id);
    }
    throw error;
  }
}
