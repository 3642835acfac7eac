import type { Problem } from './types.ts';

/**
 * Codes made in the browser, beside the server's own (see `/problems` on the server).
 *
 * - `cancelled`: the visitor closed the prompt, let it time out, or has no passkey here. Pass over it.
 * - `aborted`: your own code stopped the call through its signal, or another sign-in took its place.
 * - `unsupported`: this browser or device cannot do it.
 * - `already_registered`: the device already holds a passkey of this account.
 * - `network`: the server could not be reached, or something that is not Keylane answered.
 * - `rate_limited`: too many attempts; `retryAfterS` says how long to wait.
 * - `browser_refused`: the browser refused for another reason, which is in `cause`.
 */
export type KeylaneErrorCode =
  | 'cancelled'
  | 'aborted'
  | 'unsupported'
  | 'already_registered'
  | 'network'
  | 'rate_limited'
  | 'browser_refused'
  | 'session_required'
  | 'step_up_required'
  | 'origin_refused'
  | 'code_refused'
  | 'authentication_refused'
  | 'credential_unknown'
  | 'credential_exists'
  | 'registration_refused'
  | 'authenticator_refused'
  | 'ceremony_expired'
  | 'ceremony_spent'
  | 'refresh_refused'
  | 'passkey_not_found'
  | 'last_passkey'
  | 'too_many_passkeys'
  | 'link_refused'
  | (string & {});

/** Every failure of this package. Branch on `code`, never on the message. */
export class KeylaneError extends Error {
  override readonly name = 'KeylaneError';
  readonly code: KeylaneErrorCode;
  /** The server's problem, when it was the server that said no. */
  readonly problem: Problem;

  constructor(code: KeylaneErrorCode, problem: Problem = {}, cause?: unknown) {
    super(problem.detail ?? problem.title ?? code, cause === undefined ? undefined : { cause });
    this.code = code;
    this.problem = problem;
  }

  /** A plain sentence from the server with what to do, if it gave one. */
  get detail(): string | undefined {
    return this.problem.detail;
  }

  get status(): number | undefined {
    return this.problem.status;
  }

  /** Seconds to wait before trying again, if the server said so. */
  get retryAfterS(): number | undefined {
    return this.problem.retry_after_s;
  }
}
