import type { Connection } from './connect.ts';
import { credentialJson } from './credential-json.ts';
import { keepSession } from './keep-session.ts';
import { KeylaneError } from './keylane-error.ts';
import { send } from './send.ts';
import { signalCurrentUserDetails } from './signal-current-user-details.ts';
import { signalUnknownCredential } from './signal-unknown-credential.ts';
import type { Session } from './types.ts';

/**
 * Sends the passkey's answer. The passkey's provider hears what the account is called now, or that
 * the server does not know the passkey.
 */
export async function finishAuthentication(
  connection: Connection,
  asked: PublicKeyCredentialRequestOptionsJSON,
  credential: PublicKeyCredential,
  signal?: AbortSignal,
): Promise<Session> {
  const rpId = asked.rpId ?? location.hostname;
  const json = credentialJson(credential);
  try {
    const session = await send<Session>(connection, 'POST', '/v1/authentication/finish', {
      body: { credential: json },
      signal,
    });
    signalNames(rpId, json, session);
    return keepSession(connection, session);
  } catch (error) {
    if (error instanceof KeylaneError && error.code === 'credential_unknown') {
      await signalUnknownCredential(rpId, credential.id);
    }
    throw error;
  }
}

/** Not waited for: whoever has signed in goes on. */
function signalNames(rpId: string, json: Record<string, unknown>, { user }: Session): void {
  const userId = (json.response as { userHandle?: string } | undefined)?.userHandle;
  // Passkeys are made with the handle for both names, and so they are called.
  if (userId)
    signalCurrentUserDetails({ rpId, userId, name: user.handle, displayName: user.handle });
}
