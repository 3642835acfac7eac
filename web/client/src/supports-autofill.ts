import { supportsPasskeys } from './supports-passkeys.ts';

/** Whether this browser offers passkeys among the suggestions of a sign-in field. */
export async function supportsAutofill(): Promise<boolean> {
  if (!supportsPasskeys()) return false;
  try {
    return (await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false;
  } catch {
    return false;
  }
}
