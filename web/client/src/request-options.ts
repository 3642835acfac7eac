import { fromBase64url } from './base64url.ts';
import { fromBrowser } from './from-browser.ts';

/** The server's JSON to what `navigator.credentials.get` takes, also in browsers that cannot parse it themselves. */
export function requestOptions(
  json: PublicKeyCredentialRequestOptionsJSON,
): PublicKeyCredentialRequestOptions {
  try {
    if (typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function') {
      return PublicKeyCredential.parseRequestOptionsFromJSON(json);
    }
    const { challenge, allowCredentials, extensions: _, ...plain } = json;
    return {
      ...plain,
      challenge: fromBase64url(challenge),
      allowCredentials: (allowCredentials ?? []).map((it) => ({ ...it, id: fromBase64url(it.id) })),
    } as PublicKeyCredentialRequestOptions;
  } catch (cause) {
    throw fromBrowser(cause);
  }
}
