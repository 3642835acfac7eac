/** What an account is called, as its passkeys show it. */
export interface UserDetails {
  rpId: string;
  /** The WebAuthn user handle, base64url. */
  userId: string;
  /** What tells the account from others, such as an e-mail address. */
  name: string;
  /** The name of the person. */
  displayName: string;
}

/**
 * Tells the visitor's passkey provider what the account is called now, so that it shows no old name.
 * For the account of the visitor who is signed in only. A courtesy: where the browser cannot,
 * nothing happens.
 */
export async function signalCurrentUserDetails(details: UserDetails): Promise<void> {
  try {
    await PublicKeyCredential.signalCurrentUserDetails?.({ ...details });
  } catch {
    // The provider's list is its own business.
  }
}
