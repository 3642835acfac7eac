import { fromBase64url } from './base64url.ts';
import { fromBrowser } from './from-browser.ts';

/** The server's JSON to what `navigator.credentials.create` takes, also in browsers that cannot parse it themselves. */
export function creationOptions(
  json: PublicKeyCredentialCreationOptionsJSON,
): PublicKeyCredentialCreationOptions {
  try {
    if (typeof PublicKeyCredential.parseCreationOptionsFromJSON === 'function') {
      return PublicKeyCredential.parseCreationOptionsFromJSON(json);
    }
    const { challenge, user, excludeCredentials, extensions: _, ...plain } = json;
    return {
      ...plain,
      challenge: fromBase64url(challenge),
      user: { ...user, id: fromBase64url(user.id) },
      excludeCredentials: (excludeCredentials ?? []).map((it) => ({
        ...it,
        id: fromBase64url(it.id),
      })),
      // The one extension without binary members that matters here.
      extensions: json.extensions?.credProps ? { credProps: true } : {},
    } as PublicKeyCredentialCreationOptions;
  } catch (cause) {
    throw fromBrowser(cause);
  }
}
