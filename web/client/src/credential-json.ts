import { toBase64url } from './base64url.ts';

/**
 * `credential.toJSON()`, done by hand where the browser lacks it or where a password manager's
 * extension answered with an object of its own that fails at it.
 */
export function credentialJson(credential: PublicKeyCredential): Record<string, unknown> {
  try {
    return credential.toJSON() as unknown as Record<string, unknown>;
  } catch {
    return byHand(credential);
  }
}

function byHand(credential: PublicKeyCredential): Record<string, unknown> {
  const json: Record<string, unknown> = {
    id: credential.id,
    rawId: toBase64url(credential.rawId),
    type: credential.type,
    response: responseJson(credential.response),
    clientExtensionResults: credential.getClientExtensionResults?.() ?? {},
  };
  if (credential.authenticatorAttachment) {
    json.authenticatorAttachment = credential.authenticatorAttachment;
  }
  return json;
}

function responseJson(response: AuthenticatorResponse): Record<string, unknown> {
  const clientDataJSON = toBase64url(response.clientDataJSON);
  if ('attestationObject' in response) {
    const made = response as AuthenticatorAttestationResponse;
    return {
      clientDataJSON,
      attestationObject: toBase64url(made.attestationObject),
      transports: made.getTransports?.() ?? [],
    };
  }
  const shown = response as AuthenticatorAssertionResponse;
  const json: Record<string, unknown> = {
    clientDataJSON,
    authenticatorData: toBase64url(shown.authenticatorData),
    signature: toBase64url(shown.signature),
  };
  if (shown.userHandle) json.userHandle = toBase64url(shown.userHandle);
  return json;
}
