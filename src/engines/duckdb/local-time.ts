import { type TimeZone, zoneChanges } from '../../tables/time-zone.ts';
import { quoted } from './quoted.ts';

/** By the name of the account. */
export type TimeZones = Readonly<Record<string, TimeZone>>;

/** UTC is passed on as it is: twenty times faster than through DuckDB's calendar. */
const inZone = (zone: string): string => (zone === "'UTC'" ? 'at_utc::timestamp' : `(at_utc at time zone 'UTC') at time zone ${zone}`);

/** The zone is a constant wherever it is used: DuckDB then looks it up once and not once a row, which is a hundred times slower. */
function ofAccount(timeZone: TimeZone): string {
  const [first = { zone: 'UTC' }, ...later] = zoneChanges(timeZone);
  if (later.length === 0) return inZone(quoted(first.zone));
  const cases = later.toReversed().map(({ from, zone }) => {
    const start = `(timestamp ${quoted(`${from} 00:00:00`)} at time zone ${quoted(zone)}) at time zone 'UTC'`;
    return `when at_utc >= ${start} then ${inZone(quoted(zone))}`;
  });
  return `case ${cases.join(' ')} else ${inZone(quoted(first.zone))} end`;
}

/**
 * `local_time(account, at_utc[, asked_zone])`: what the clock on the wall showed, as a timestamp. In the zone that is asked for; else in the one in
 * which the account lived; for what is no account's, in the zone that all accounts share, or UTC.
 */
export function localTimeMacro(zones: TimeZones): string {
  const accounts = Object.entries(zones);
  const shared = new Set(accounts.map(([, zone]) => JSON.stringify(zone)));
  const [[, only] = ['', 'UTC']] = shared.size === 1 ? accounts : [];
  const others = accounts.filter(([, zone]) => JSON.stringify(zone) !== JSON.stringify(only));
  const cases = others.map(([name, zone]) => `when account = ${quoted(name)} then ${ofAccount(zone)}`);
  const own = cases.length === 0 ? ofAccount(only) : `case ${cases.join(' ')} else ${ofAccount(only)} end`;
  return `create macro local_time(account, at_utc, asked_zone := null) as case when asked_zone is not null then ${inZone('asked_zone::varchar')} else ${own} end`;
}

/**
 * Zones whose clocks stood, at any time since 2000, other than whole hours from UTC, in lower case. Source: the IANA time zone database, as DuckDB has
 * it; a test compares.
 */
const PARTED_HOURS: readonly string[] = `
  america/caracas america/st_johns asia/calcutta asia/colombo asia/kabul asia/kathmandu asia/katmandu asia/kolkata asia/pyongyang asia/rangoon
  asia/tehran asia/yangon australia/adelaide australia/broken_hill australia/darwin australia/eucla australia/lhi australia/lord_howe australia/north
  australia/south australia/yancowinna canada/newfoundland indian/cocos pacific/chatham pacific/marquesas pacific/norfolk`
  .trim()
  .split(/\s+/);

/** Zones without a region and a place in their name (`IST`, `+05:30`) are not known to have whole hours, but for UTC. */
const hasWholeHours = (zone: string): boolean => zone === 'UTC' || (zone.includes('/') && !PARTED_HOURS.includes(zone.toLowerCase()));

/**
 * `whole_hours(asked_zone)`: whether every hour of UTC since 2000 lies in one hour of the clock on the wall: of the zone that is asked for, else of all zones
 * of the accounts. Where it does not, sums by hour tell nothing.
 */
export function wholeHoursMacro(zones: TimeZones): string {
  const own = Object.values(zones).every((zone) => zoneChanges(zone).every((change) => hasWholeHours(change.zone)));
  const asked = `asked_zone = 'UTC' or contains(asked_zone, '/') and lower(asked_zone) not in (${PARTED_HOURS.map(quoted).join(', ')})`;
  return `create macro whole_hours(asked_zone) as case when asked_zone is null then ${own} else ${asked} end`;
}
