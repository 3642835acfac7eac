import { fromBrowser } from './from-browser.ts';
import { KeylaneError } from './keylane-error.ts';
import { requestOptions } from './request-options.ts';

/** The browser's half of signing in: asks the visitor for a passkey that answers the challenge. */
export async function showPasskey(
  json: PublicKeyCredentialRequestOptionsJSON,
  { mediation, signal }: { mediation?: 'conditional'; signal?: AbortSignal | undefined },
): Promise<PublicKeyCredential> {
  const asked: CredentialRequestOptions = { publicKey: requestOptions(json) };
  if (mediation) asked.mediation = mediation;
  if (signal) asked.signal = signal;
  const credential = await navigator.credentials.get(asked).catch((cause: unknown) => {
    throw fromBrowser(cause);
  });
  if (!credential) throw new KeylaneError('cancelled');
  return credential as PublicKeyCredential;
}
