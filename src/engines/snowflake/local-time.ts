import { type TimeZone, zoneChanges } from '../../tables/time-zone.ts';
import type { TimeZones } from '../duckdb/local-time.ts';
import { literal } from './quoted.ts';
import { TIMESTAMP } from './types.ts';

/** `zone` as it is called. https://docs.snowflake.com/en/sql-reference/functions/convert_timezone */
function inZone(atUtc: string, zone: string): string {
  if (zone === 'UTC') return `CAST(${atUtc} AS ${TIMESTAMP})`;
  return `CONVERT_TIMEZONE('UTC', ${literal(zone)}, CAST(${atUtc} AS ${TIMESTAMP}))`;
}

function ofAccount(atUtc: string, timeZone: TimeZone): string {
  const [first = { zone: 'UTC' }, ...later] = zoneChanges(timeZone);
  if (later.length === 0) return inZone(atUtc, first.zone);
  const cases = later.toReversed().map(({ from, zone }) => {
    const start = `CONVERT_TIMEZONE(${literal(zone)}, 'UTC', CAST(${literal(`${from} 00:00:00`)} AS ${TIMESTAMP}))`;
    return `WHEN ${atUtc} >= ${start} THEN ${inZone(atUtc, zone)}`;
  });
  return `CASE ${cases.join(' ')} ELSE ${inZone(atUtc, first.zone)} END`;
}

/**
 * What the clock on the wall showed, as an expression: what the macro `local_time` is on DuckDB. `account` and `atUtc` are SQL; `asked` is the zone that is
 * asked for, or null: then the one in which the account lived or, for what is no account's, the one that all accounts share, or UTC.
 */
export function localTime(zones: TimeZones, account: string, atUtc: string, asked: string | null): string {
  if (asked !== null) return inZone(atUtc, asked);
  const accounts = Object.entries(zones);
  const shared = new Set(accounts.map(([, zone]) => JSON.stringify(zone)));
  const [[, only] = ['', 'UTC']] = shared.size === 1 ? accounts : [];
  const others = accounts.filter(([, zone]) => JSON.stringify(zone) !== JSON.stringify(only));
  const cases = others.map(([name, zone]) => `WHEN ${account} = ${literal(name)} THEN ${ofAccount(atUtc, zone)}`);
  return cases.length === 0 ? ofAccount(atUtc, only) : `CASE ${cases.join(' ')} ELSE ${ofAccount(atUtc, only)} END`;
}
