import type { AcceptedCredentials } from './types.ts';

/**
 * Tells the visitor's passkey provider which passkeys of this account are still good, so that a
 * removed one is offered no more. A courtesy: where the browser cannot, nothing happens.
 */
export async function signalAcceptedCredentials(
  accepted: AcceptedCredentials | undefined,
): Promise<void> {
  if (!accepted) return;
  try {
    await PublicKeyCredential.signalAllAcceptedCredentials?.({
      rpId: accepted.rp_id,
      userId: accepted.user_id,
      allAcceptedCredentialIds: accepted.credential_ids,
    });
  } catch {
    // The provider's list is its own business.
  }
}
