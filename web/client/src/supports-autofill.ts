import { clientCapabilities } from './client-capabilities.ts';

/** Whether this browser offers passkeys among the suggestions of a sign-in field. */
export async function supportsAutofill(): Promise<boolean> {
  return (await clientCapabilities()).conditionalGet ?? false;
}
