import { beginAuthentication } from './begin-authentication.ts';
import type { Connection } from './connect.ts';
import { stateOf } from './connection-state.ts';
import { finishAuthentication } from './finish-authentication.ts';
import { KeylaneError } from './keylane-error.ts';
import { showPasskey } from './show-passkey.ts';
import { stopAutofill } from './stop-autofill.ts';
import { supportsAutofill } from './supports-autofill.ts';
import type { Session } from './types.ts';

// A challenge is renewed after nine tenths of its life.
const RENEW_AT_MS_PER_S = 900;

/**
 * Offers passkeys among the suggestions of the page's sign-in field, which must say
 * `autocomplete="username webauthn"`. Call it when the page opens; it resolves when the visitor
 * picks one, which may be never. The challenge is renewed before it expires.
 *
 * @throws {KeylaneError} `aborted` when `signal` fired or another sign-in began: pass over it;
 * `unsupported` when the browser cannot: the button remains; else as `signIn`.
 */
export function signInWithAutofill(
  connection: Connection,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Session> {
  const state = stateOf(connection);
  const stop = new AbortController();
  const forward = () => stop.abort();
  if (signal?.aborted) stop.abort();
  signal?.addEventListener('abort', forward, { once: true });
  const session = offer(connection, stop.signal, stopAutofill(connection)).finally(() => {
    signal?.removeEventListener('abort', forward);
    if (state.autofill?.stop === stop) state.autofill = null;
  });
  // Known from the first moment, so that a button pressed right away finds it and stops it.
  state.autofill = { stop, settled: session.catch(() => undefined) };
  return session;
}

async function offer(
  connection: Connection,
  signal: AbortSignal,
  previousStopped: Promise<void>,
): Promise<Session> {
  await previousStopped;
  if (!(await supportsAutofill())) throw new KeylaneError('unsupported');
  return offerUntilPicked(connection, signal);
}

async function offerUntilPicked(connection: Connection, signal: AbortSignal): Promise<Session> {
  for (;;) {
    const body = { mediation: 'conditional' as const };
    const { publicKey, expires_in_s } = await beginAuthentication(connection, body, signal);
    const credential = await offerOnce(publicKey, expires_in_s * RENEW_AT_MS_PER_S, signal);
    if (credential) return finishAuthentication(connection, publicKey, credential, signal);
    // A page left open in the background need not ask for challenges all day.
    await pageVisible(signal);
    if (signal.aborted) throw new KeylaneError('aborted');
  }
}

/** One challenge among the suggestions; `null` when it grew old before anybody picked it. */
async function offerOnce(
  publicKey: PublicKeyCredentialRequestOptionsJSON,
  patienceMs: number,
  signal: AbortSignal,
): Promise<PublicKeyCredential | null> {
  const stop = new AbortController();
  const forward = () => stop.abort();
  signal.addEventListener('abort', forward);
  if (signal.aborted) stop.abort();
  const timer = setTimeout(forward, patienceMs);
  try {
    return await showPasskey(publicKey, { mediation: 'conditional', signal: stop.signal });
  } catch (error) {
    if (stop.signal.aborted && !signal.aborted) return null;
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', forward);
  }
}

function pageVisible(signal: AbortSignal): Promise<void> {
  if (document.visibilityState === 'visible') return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      if (!signal.aborted && document.visibilityState !== 'visible') return;
      document.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
  });
}
