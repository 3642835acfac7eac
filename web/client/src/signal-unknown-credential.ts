/**
 * Tells the visitor's passkey provider that the server does not know this passkey, so that it is
 * offered no more. A courtesy: where the browser cannot, nothing happens.
 */
export async function signalUnknownCredential(rpId: string, credentialId: string): Promise<void> {
  try {
    await PublicKeyCredential.signalUnknownCredential?.({ rpId, credentialId });
  } catch {
    // The provider's list is its own business.
  }
}
