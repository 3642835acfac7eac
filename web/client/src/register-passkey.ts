import type { Connection } from './connect.ts';
import { creationOptions } from './creation-options.ts';
import { credentialJson } from './credential-json.ts';
import { fromBrowser } from './from-browser.ts';
import { keepSession } from './keep-session.ts';
import { KeylaneError } from './keylane-error.ts';
import { request } from './request.ts';
import { stopAutofill } from './stop-autofill.ts';
import { supportsPasskeys } from './supports-passkeys.ts';
import type { Registered } from './types.ts';

interface Begun {
  publicKey: PublicKeyCredentialCreationOptionsJSON;
}

/**
 * Makes a passkey for the signed-in user. The browser's prompt waits for the visitor, so this can
 * take minutes; abort it with `signal`.
 *
 * @throws {KeylaneError} `cancelled` when the visitor closed the prompt; `already_registered` when
 * the device has one for this account; `step_up_required` when the visitor must first sign in anew
 * with a passkey; `registration_refused` with the server's `problem.reason`.
 */
export async function registerPasskey(
  connection: Connection,
  { nickname, signal }: { nickname?: string; signal?: AbortSignal } = {},
): Promise<Registered> {
  if (!supportsPasskeys()) throw new KeylaneError('unsupported');
  await stopAutofill(connection);
  const named = nickname === undefined ? {} : { nickname };
  const begun = await request<Begun>(connection, 'POST', '/v1/registration/begin', {
    body: named,
    signal,
  });
  const credential = await create(creationOptions(begun.publicKey), signal);
  const registered = await request<Registered>(connection, 'POST', '/v1/registration/finish', {
    body: { credential: credentialJson(credential), ...named },
    signal,
  });
  if (registered.session) keepSession(connection, registered.session);
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
