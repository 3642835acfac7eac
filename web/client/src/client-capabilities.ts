import { supportsPasskeys } from './supports-passkeys.ts';

/**
 * What a browser says that it can do with passkeys: WebAuthn Level 3, section 5.1.7. A member that
 * is absent is not known, which is not the same as `false`.
 */
export interface ClientCapabilities {
  /** A passkey can be made in passing, after a sign-in with a saved password. */
  conditionalCreate?: boolean;
  /** Passkeys appear among the suggestions of a sign-in field. */
  conditionalGet?: boolean;
  /** A phone nearby can be used, by scanning a code. */
  hybridTransport?: boolean;
  /** The device, or a phone nearby, can hold a passkey and verify who uses it. */
  passkeyPlatformAuthenticator?: boolean;
  /** The device itself verifies who uses it: by fingerprint, face or PIN. */
  userVerifyingPlatformAuthenticator?: boolean;
  /** Other origins of the relying party can use its passkeys: section 5.11. */
  relatedOrigins?: boolean;
  signalAllAcceptedCredentials?: boolean;
  signalCurrentUserDetails?: boolean;
  signalUnknownCredential?: boolean;
  /** By the extension's identifier, such as `extension:prf`. */
  [extension: `extension:${string}`]: boolean;
}

/**
 * Asks the browser what it can do with passkeys. It never throws; a browser without
 * `getClientCapabilities` tells what its older methods know, and one without passkeys nothing.
 */
export async function clientCapabilities(): Promise<ClientCapabilities> {
  if (!supportsPasskeys()) return {};
  const [told, suggests, verifies] = await Promise.all([
    answer(() => PublicKeyCredential.getClientCapabilities?.()),
    answer(() => PublicKeyCredential.isConditionalMediationAvailable?.()),
    answer(() => PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable?.()),
  ]);
  const capabilities: ClientCapabilities = { ...signals(), ...told };
  // A browser says the same in both places. A password manager that stands in for it replaces the
  // older methods, and then they are right.
  if (suggests !== undefined) capabilities.conditionalGet = suggests;
  if (verifies !== undefined) capabilities.userVerifyingPlatformAuthenticator = verifies;
  return capabilities;
}

/** Nothing but the methods themselves is needed to signal. */
function signals(): ClientCapabilities {
  const has = (name: keyof typeof PublicKeyCredential) =>
    typeof PublicKeyCredential[name] === 'function';
  return {
    signalAllAcceptedCredentials: has('signalAllAcceptedCredentials'),
    signalCurrentUserDetails: has('signalCurrentUserDetails'),
    signalUnknownCredential: has('signalUnknownCredential'),
  };
}

async function answer<T>(ask: () => Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await ask();
  } catch {
    return undefined;
  }
}
