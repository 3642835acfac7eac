/** Whether this browser knows passkeys at all, in a secure context. */
export function supportsPasskeys(): boolean {
  return (
    typeof PublicKeyCredential === 'function' && typeof navigator.credentials?.get === 'function'
  );
}
