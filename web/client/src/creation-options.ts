import { fromBase64url } from './base64url.ts';
import { fromBrowser } from './from-browser.ts';

/** What the server asks of a new passkey, with the members of Level 3 that TypeScript lacks. */
export interface CreationOptionsJson extends PublicKeyCredentialCreationOptionsJSON {
  /** Wanted attestation statement formats, best first. */
  attestationFormats?: string[];
}

/** The server's JSON to what `navigator.credentials.create` takes, also in browsers that cannot parse it themselves. */
export function creationOptions(json: CreationOptionsJson): PublicKeyCredentialCreationOptions {
  try {
    if (typeof PublicKeyCredential.parseCreationOptionsFromJSON === 'function') {
      return { ...wishes(json), ...PublicKeyCredential.parseCreationOptionsFromJSON(json) };
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

/**
 * What the browser's parser drops when it is older than these members. A password manager that
 * stands in for the browser may know them all the same.
 */
function wishes({ hints, attestation, attestationFormats }: CreationOptionsJson) {
  return {
    ...(hints && { hints }),
    ...(attestation && { attestation: attestation as AttestationConveyancePreference }),
    ...(attestationFormats && { attestationFormats }),
  };
}
