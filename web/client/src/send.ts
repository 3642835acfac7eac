import type { Connection } from './connect.ts';
import { KeylaneError } from './keylane-error.ts';
import type { Problem } from './types.ts';

export interface SendOptions {
  body?: unknown;
  signal?: AbortSignal | undefined;
  accessToken?: string | undefined;
}

/** One HTTP exchange: the parsed answer, or a {@link KeylaneError}. */
export async function send<T>(
  connection: Connection,
  method: string,
  path: string,
  { body, signal, accessToken }: SendOptions = {},
): Promise<T> {
  const headers = new Headers({ accept: 'application/json' });
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (accessToken !== undefined) headers.set('authorization', `Bearer ${accessToken}`);
  const init: RequestInit = {
    method,
    headers,
    credentials: connection.delivery === 'cookie' ? 'same-origin' : 'omit',
    cache: 'no-store',
  };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (signal) init.signal = signal;
  const response = await fetch(connection.server + path, init).catch((cause: unknown) => {
    throw fromNetwork(cause, signal);
  });
  if (!response.ok) throw await fromResponse(response);
  if (response.status === 204) return undefined as T;
  return (await response.json().catch((cause: unknown) => {
    throw fromNetwork(cause, signal);
  })) as T;
}

function fromNetwork(cause: unknown, signal: AbortSignal | undefined): KeylaneError {
  return new KeylaneError(signal?.aborted ? 'aborted' : 'network', {}, cause);
}

async function fromResponse(response: Response): Promise<KeylaneError> {
  const problem = await response.json().then(
    (json: unknown) => (typeof json === 'object' && json !== null ? (json as Problem) : {}),
    () => ({}) as Problem,
  );
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const withStatus: Problem = { ...problem, status: response.status };
  if (withStatus.retry_after_s === undefined && Number.isFinite(retryAfter)) {
    withStatus.retry_after_s = retryAfter;
  }
  if (response.status === 429) return new KeylaneError('rate_limited', withStatus);
  // Without a code it was not Keylane that answered, but a proxy before it.
  return new KeylaneError(problem.code ?? 'network', withStatus);
}
