/** Leads on after signing in: to the page that sent the visitor here, else to the account. */
export function startSignIn(): void {
  document.addEventListener('keylane-signed-in', () => location.assign(returnTo(location)));
}

/** `return_to` if it is a path on this origin, so that no link leads a visitor through us to elsewhere. */
export function returnTo({ search, origin }: { search: string; origin: string }): string {
  const wanted = new URLSearchParams(search).get('return_to') ?? '';
  const fallback = '/account';
  if (!wanted.startsWith('/')) return fallback;
  try {
    const url = new URL(wanted, origin);
    return url.origin === origin ? url.pathname + url.search + url.hash : fallback;
  } catch {
    return fallback;
  }
}
