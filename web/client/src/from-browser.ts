import { KeylaneError, type KeylaneErrorCode } from './keylane-error.ts';

// WebAuthn says NotAllowedError for "closed", "timed out" and "has none" alike, on purpose.
const CODES: Record<string, KeylaneErrorCode> = {
  NotAllowedError: 'cancelled',
  AbortError: 'aborted',
  InvalidStateError: 'already_registered',
  NotSupportedError: 'unsupported',
  ConstraintError: 'unsupported',
};

/** What `navigator.credentials` threw, as a {@link KeylaneError}. */
export function fromBrowser(cause: unknown): KeylaneError {
  if (cause instanceof KeylaneError) return cause;
  const name = cause instanceof Error ? cause.name : '';
  return new KeylaneError(CODES[name] ?? 'browser_refused', {}, cause);
}
