import { KeylaneError } from '@keylane/client';
import type { Texts } from './texts/index.ts';

/** What to tell the visitor: our text for the code, else the server's sentence, never a bare code. */
export function describeError(error: unknown, texts: Texts): string {
  if (!(error instanceof KeylaneError)) return texts.errors.other;
  if (error.code === 'rate_limited') return texts.errors.rateLimited(error.retryAfterS);
  const byReason = texts.errors.byReason[error.problem.reason ?? ''];
  return byReason ?? texts.errors.byCode[error.code] ?? error.detail ?? texts.errors.other;
}

/** Whether the visitor, or our own code, ended it: nothing went wrong. */
export function isCancelled(error: unknown): boolean {
  return error instanceof KeylaneError && (error.code === 'cancelled' || error.code === 'aborted');
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof KeylaneError && error.code === code;
}
