import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import type { TimeZone } from '../../tables/time-zone.ts';
import { localTimeMacro, wholeHoursMacro } from './local-time.ts';

type Zones = Readonly<Record<string, TimeZone>>;

async function local(zones: Zones, account: string | null, times: readonly string[], asked?: string): Promise<readonly string[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run("set TimeZone = 'UTC'");
  await connection.run(localTimeMacro(zones));
  const name = account === null ? 'null' : `'${account}'`;
  const zone = asked === undefined ? '' : `, '${asked}'`;
  const values = times.map((time, at) => `(${at}, timestamp '${time}')`).join(', ');
  const reader = await connection.runAndReadAll(`select local_time(${name}, t${zone})::text from (values ${values}) as v(n, t) order by n`);
  return reader.getRows().map(([text]) => String(text));
}

/** By the runtime's own calendar. */
function byIntl(time: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return parts.format(new Date(`${time.replace(' ', 'T')}Z`));
}

describe('local_time', () => {
  it.each([
    ['Europe/Berlin', ['2025-10-25 22:00:00', '2025-10-26 00:30:00', '2025-10-26 01:30:00', '2025-10-26 22:59:59', '2025-10-26 23:00:00']],
    ['Europe/Berlin', ['2025-03-29 23:00:00', '2025-03-30 00:59:59', '2025-03-30 01:00:00', '2025-03-30 21:59:59', '2025-03-30 22:00:00']],
    ['Asia/Kolkata', ['2025-01-01 18:29:59', '2025-01-01 18:30:00', '2025-06-01 00:15:00']],
    ['America/Los_Angeles', ['2025-11-02 08:30:00', '2025-11-02 09:30:00', '2025-03-09 10:00:00']],
    ['Pacific/Apia', ['2011-12-30 09:59:59', '2011-12-30 10:00:00']],
  ])('shows in %s what its clocks showed, over every edge of the year', async (zone, times) => {
    expect(await local({ me: zone }, 'me', times)).toEqual(times.map((time) => byIntl(time, zone)));
  });

  it('gives the day of a changing clock 23 and 25 hours', async () => {
    const day = async (from: string) => {
      const hours = Array.from({ length: 72 }, (_, hour) =>
        new Date(Date.parse(from) + hour * 3_600_000).toISOString().slice(0, 19).replace('T', ' '),
      );
      return (await local({ me: 'Europe/Berlin' }, 'me', hours)).map((text) => text.slice(0, 10));
    };
    expect((await day('2025-10-25T00:00:00Z')).filter((one) => one === '2025-10-26')).toHaveLength(25);
    expect((await day('2025-03-29T00:00:00Z')).filter((one) => one === '2025-03-30')).toHaveLength(23);
  });

  it('changes zone at midnight of the new zone', async () => {
    const zones = {
      me: [
        { from: null, zone: 'Europe/Berlin' },
        { from: '2025-06-01', zone: 'Asia/Kolkata' },
        { from: '2025-09-01', zone: 'Europe/Berlin' },
      ],
    };
    expect(await local(zones, 'me', ['2025-05-31 18:29:59', '2025-05-31 18:30:00', '2025-08-31 21:59:59', '2025-08-31 22:00:00'])).toEqual([
      '2025-05-31 20:29:59',
      '2025-06-01 00:00:00',
      '2025-09-01 03:29:59',
      '2025-09-01 00:00:00',
    ]);
  });

  it('is each account’s own; the shared one, else UTC, for what is nobody’s; the one asked for before all', async () => {
    const at = ['2026-01-01 12:00:00'];
    const zones = { ana: 'Europe/Berlin', ben: 'Asia/Tokyo' };
    expect(await local(zones, 'ana', at)).toEqual(['2026-01-01 13:00:00']);
    expect(await local(zones, 'ben', at)).toEqual(['2026-01-01 21:00:00']);
    expect(await local(zones, null, at)).toEqual(['2026-01-01 12:00:00']);
    expect(await local({ ana: 'Asia/Tokyo', ben: 'Asia/Tokyo' }, null, at)).toEqual(['2026-01-01 21:00:00']);
    expect(await local({}, 'me', at)).toEqual(['2026-01-01 12:00:00']);
    expect(await local(zones, 'ben', at, 'America/New_York')).toEqual(['2026-01-01 07:00:00']);
  });
});

describe('whole_hours', () => {
  const ask = async (zones: Zones, sql: string): Promise<readonly unknown[]> => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run("set TimeZone = 'UTC'");
    await connection.run(wholeHoursMacro(zones));
    return (await connection.runAndReadAll(sql)).getRows().map(([value]) => value);
  };

  it('is said of no zone whose clocks stood apart by parts of an hour since 2000', async () => {
    const shown = "(moment at time zone 'UTC') at time zone name";
    const parted = `select distinct name from pg_timezone_names(), range(timestamp '2000-01-01', timestamp '2030-01-01', interval 73 day) as t (moment)
      where contains(name, '/') and minute(${shown}) <> 0`;
    const names = await ask({}, parted);
    expect(names).toContain('Asia/Kathmandu');
    expect(await ask({}, `select name from (${parted}) where whole_hours(name)`)).toEqual([]);
  });

  it('is asked of every zone of every account where no other is asked for', async () => {
    const changed: Zones = {
      me: 'Europe/Berlin',
      you: [
        { from: null, zone: 'America/New_York' },
        { from: '2020-01-01', zone: 'Asia/Kolkata' },
      ],
    };
    expect(await ask(changed, "select unnest([whole_hours(null), whole_hours('Asia/Singapore'), whole_hours('IST')])")).toEqual([
      false,
      true,
      false,
    ]);
    expect(await ask({ me: 'Europe/Berlin' }, 'select whole_hours(null)')).toEqual([true]);
    expect(await ask({}, "select unnest([whole_hours(null), whole_hours('UTC')])")).toEqual([true, true]);
  });
});
