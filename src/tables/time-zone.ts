/** From a day on, its midnight in the new zone, an account lives in that zone. */
export interface ZoneChange {
  /** `YYYY-MM-DD`; null for the first, which has no beginning. */
  readonly from: string | null;
  /** IANA name. */
  readonly zone: string;
}

/** Where an account's days begin: one IANA name, or its changes in the order of time, of which only the first has no day. */
export type TimeZone = string | readonly ZoneChange[];

export const zoneChanges = (timeZone: TimeZone): readonly ZoneChange[] =>
  typeof timeZone === 'string' ? [{ from: null, zone: timeZone }] : timeZone;

/** The zone in which the account lives at that time, about: the day is that of UTC. */
export function zoneOn(timeZone: TimeZone, now: Date): string {
  const day = now.toISOString().slice(0, 10);
  return zoneChanges(timeZone).findLast(({ from }) => from === null || from <= day)?.zone ?? 'UTC';
}
