const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
];
const WEEK_MS = 7 * 86_400_000;

/** `justNow`, "5 minutes ago", "yesterday"; after a week the date. */
export function timeAgo(
  atMs: number,
  language: string,
  justNow: string,
  nowMs = Date.now(),
): string {
  const agoMs = Math.max(0, nowMs - atMs);
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  if (agoMs < 60_000) return justNow;
  if (agoMs > WEEK_MS) return calendarDate(atMs, language);
  let [unit, unitMs] = STEPS[0] as [Intl.RelativeTimeFormatUnit, number];
  for (const [name, lengthMs] of STEPS) if (agoMs >= lengthMs) [unit, unitMs] = [name, lengthMs];
  return relative.format(-Math.floor(agoMs / unitMs), unit);
}

export function calendarDate(atMs: number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(atMs);
}

/** The visitor's own variety of a language, en-GB rather than en, for the order of day and month. */
export function localeOf(language: string): string {
  return navigator.languages.find((it) => it.split('-')[0] === language) ?? language;
}

/** The full date and time, for a tooltip. */
export function exactTime(atMs: number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'short' }).format(atMs);
}
