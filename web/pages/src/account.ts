/** Leads to the sign-in page once the session has ended. */
export function startAccount(): void {
  document.addEventListener('keylane-signed-out', () => location.assign('/sign-in'));
}
