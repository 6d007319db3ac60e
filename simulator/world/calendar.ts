export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** Days since 1970-01-01 (UTC). */
export function dayOf(at: number): number {
  return Math.floor(at / DAY_MS);
}

/** `YYYY-MM-DD` of a day since 1970-01-01. */
export function dateText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Day since 1970-01-01 of `YYYY-MM-DD`. */
export function dayFrom(text: string): number {
  return dayOf(Date.parse(`${text}T00:00:00Z`));
}

/** `YYYY-MM-DDTHH:MM:SSZ`, as the API writes `added_at`. */
export function secondText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** With milliseconds, as the API writes `played_at`. */
export function milliText(at: number): string {
  return new Date(at).toISOString();
}
