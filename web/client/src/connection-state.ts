import type { Connection } from './connect.ts';
import type { Session } from './types.ts';

export interface Tokens {
  access: string;
  refresh: string;
  /** By this page's own monotonic clock, so that a wrong wall clock does no harm. */
  accessExpiresAtMs: number;
}

export interface ConnectionState {
  tokens: Tokens | null;
  /** The refresh under way: whoever needs new tokens meanwhile waits for this one. */
  refreshing: Promise<Session> | null;
  /** The autofill request under way: a browser allows one WebAuthn request at a time. */
  autofill: { stop: AbortController; settled: Promise<unknown> } | null;
}

// Kept apart from the connection itself, so that logging or serialising one shows no token.
const states = new WeakMap<Connection, ConnectionState>();

export function openState(connection: Connection): void {
  states.set(connection, { tokens: null, refreshing: null, autofill: null });
}

export function stateOf(connection: Connection): ConnectionState {
  const state = states.get(connection);
  if (!state) throw new TypeError('not a connection: make one with connect()');
  return state;
}
