import type { Connection } from './connect.ts';
import { type CreationOptionsJson, creationOptions } from './creation-options.ts';
import { credentialJson } from './credential-json.ts';
import { fromBrowser } from './from-browser.ts';
import { keepSession } from './keep-session.ts';
import { KeylaneError, type KeylaneErrorCode } from './keylane-error.ts';
import { request } from './request.ts';
import { signalCurrentUserDetails } from './signal-current-user-details.ts';
import { signalUnknownCredential } from './signal-unknown-credential.ts';
import { stopAutofill } from './stop-autofill.ts';
import { supportsPasskeys } from './supports-passkeys.ts';
import type { Registered } from './types.ts';

// The server has not kept the passkey. After other refusals it may have: a browser can send an
// answer twice, and then the second is refused as spent, as registered, or without a session.
const NOT_KEPT: readonly KeylaneErrorCode[] = [
  'authenticator_refused',
  'registration_refused',
  'ceremony_expired',
  'too_many_passkeys',
  'step_up_required',
];

/**
 * Makes a passkey for the signed-in user. The browser's prompt waits for the visitor, so this can
 * take minutes; abort it with `signal`. Where the browser can, a passkey that it has made and the
 * server has refused is offered no more.
 *
 * @throws {KeylaneError} `cancelled` when the visitor closed the prompt; `already_registered` when
 * the device has one for this account; `step_up_required` when the visitor must first sign in anew
 * with a passkey; `authenticator_refused` when this kind of passkey may not be used here: `detail`
 * says to the visitor why and what to use instead, `problem.reason` which rule it was;
 * `registration_refused` with the server's `problem.reason`.
 */
export async function registerPasskey(
  connection: Connection,
  { nickname, signal }: { nickname?: string; signal?: AbortSignal } = {},
): Promise<Registered> {
  if (!supportsPasskeys()) throw new KeylaneError('unsupported');
  await stopAutofill(connection);
  const named = nickname === undefined ? {} : { nickname };
  const { publicKey } = await request<{ publicKey: CreationOptionsJson }>(
    connection,
    'POST',
    '/v1/registration/begin',
    { body: named, signal },
  );
  const credential = await create(creationOptions(publicKey), signal);
  const rpId = publicKey.rp.id ?? location.hostname;
  const registered = await request<Registered>(connection, 'POST', '/v1/registration/finish', {
    body: { credential: credentialJson(credential), ...named },
    signal,
  }).catch(async (error: unknown) => {
    if (error instanceof KeylaneError && NOT_KEPT.includes(error.code)) {
      await signalUnknownCredential(rpId, credential.id);
    }
    throw error;
  });
  if (registered.session) keepSession(connection, registered.session);
  // The new one has these names already; older ones at the same provider may not.
  const { id: userId, name, displayName } = publicKey.user;
  signalCurrentUserDetails({ rpId, userId, name, displayName });
  return registered;
}

async function create(
  publicKey: PublicKeyCredentialCreationOptions,
  signal: AbortSignal | undefined,
): Promise<PublicKeyCredential> {
  const asked: CredentialCreationOptions = signal ? { publicKey, signal } : { publicKey };
  const credential = await navigator.credentials.create(asked).catch((cause: unknown) => {
    throw fromBrowser(cause);
  });
  if (!credential) throw new KeylaneError('cancelled');
  return credential as PublicKeyCredential;
}
