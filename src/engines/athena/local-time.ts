import { type TimeZone, zoneChanges } from '../../tables/time-zone.ts';
import type { TimeZones } from '../duckdb/local-time.ts';
import { quoted } from './literal.ts';

/** `zone` as SQL. */
function inZone(atUtc: string, zone: string): string {
  if (zone === "'UTC'") return `cast(${atUtc} as timestamp(3))`;
  return `cast(at_timezone(with_timezone(cast(${atUtc} as timestamp(3)), 'UTC'), ${zone}) as timestamp(3))`;
}

function ofAccount(atUtc: string, timeZone: TimeZone): string {
  const [first = { zone: 'UTC' }, ...later] = zoneChanges(timeZone);
  if (later.length === 0) return inZone(atUtc, quoted(first.zone));
  const cases = later.toReversed().map(({ from, zone }) => {
    const start = `cast(at_timezone(with_timezone(timestamp ${quoted(`${from} 00:00:00`)}, ${quoted(zone)}), 'UTC') as timestamp(3))`;
    return `when ${atUtc} >= ${start} then ${inZone(atUtc, quoted(zone))}`;
  });
  return `case ${cases.join(' ')} else ${inZone(atUtc, quoted(first.zone))} end`;
}

/**
 * What the clock on the wall showed, as an expression: what the macro `local_time` is on DuckDB. The arguments are SQL; `asked` is the zone that is
 * asked for, a literal, or null: then the one in which the account lived or, for what is no account's, the one that all accounts share, or UTC.
 */
export function localTime(zones: TimeZones, account: string, atUtc: string, asked: string | null): string {
  if (asked !== null) return inZone(atUtc, asked);
  const accounts = Object.entries(zones);
  const shared = new Set(accounts.map(([, zone]) => JSON.stringify(zone)));
  const [[, only] = ['', 'UTC']] = shared.size === 1 ? accounts : [];
  const others = accounts.filter(([, zone]) => JSON.stringify(zone) !== JSON.stringify(only));
  const cases = others.map(([name, zone]) => `when ${account} = ${quoted(name)} then ${ofAccount(atUtc, zone)}`);
  return cases.length === 0 ? ofAccount(atUtc, only) : `case ${cases.join(' ')} else ${ofAccount(atUtc, only)} end`;
}
