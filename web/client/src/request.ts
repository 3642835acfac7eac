import type { Connection } from './connect.ts';
import { stateOf } from './connection-state.ts';
import { KeylaneError } from './keylane-error.ts';
import { refresh } from './refresh.ts';
import { send } from './send.ts';

export interface RequestOptions {
  body?: unknown;
  signal?: AbortSignal | undefined;
}

// Renewed a little early, so that a token does not run out on its way to the server.
const EARLY_MS = 15_000;

/**
 * A call in the name of the signed-in user. Renews the access token before it runs out, and once
 * more if the server no longer takes it.
 */
export async function request<T>(
  connection: Connection,
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<T> {
  const state = stateOf(connection);
  if (state.tokens && state.tokens.accessExpiresAtMs - EARLY_MS < performance.now()) {
    await refresh(connection);
  }
  const used = state.tokens?.access;
  try {
    return await send<T>(connection, method, path, { ...options, accessToken: used });
  } catch (error) {
    const renewable = error instanceof KeylaneError && error.code === 'session_required';
    if (!renewable || !state.tokens) throw error;
    // Another call may have renewed it while this one was under way.
    if (state.tokens.access === used) await refresh(connection);
    return send<T>(connection, method, path, { ...options, accessToken: state.tokens?.access });
  }
}
