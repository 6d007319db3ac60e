import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playsPerDay } from './plays-per-day.ts';
import { createReportLake, play, type ReportLake } from './testing.ts';

let lake: ReportLake;

beforeAll(async () => {
  lake = await createReportLake(async ({ add }) => {
    await add('plays', [
      // Around midnight between Wednesday and Thursday, UTC.
      play('2026-01-07 23:30:00', 't1'),
      play('2026-01-08 00:30:00', 't1'),
      play('2026-01-08 09:30:00', 't1', { ms_played: null }),
      play('2026-01-15 12:00:00', 't1'),
      // Berlin's clock goes from 2 to 3 on 2026-03-29 at 01:00 UTC, and from 3 to 2 on 2026-10-25 at 01:00 UTC.
      play('2026-03-29 00:59:00', 't1'),
      play('2026-03-29 01:00:00', 't1'),
      play('2026-03-29 21:59:00', 't1'),
      play('2026-03-29 22:00:00', 't1'),
      play('2026-10-25 00:30:00', 't1'),
      play('2026-10-25 01:30:00', 't1'),
      play('2026-10-25 22:59:00', 't1'),
      play('2026-10-25 23:00:00', 't1'),
    ]);
  });
});
afterAll(() => lake.close());

/** Days with plays as `day: plays`. */
const days = async (from: string, to: string, zone: string): Promise<readonly string[]> => {
  const rows = await lake.pick('plays-per-day', 'day play_count', { from, to, time_zone: zone });
  return rows.filter(([, count]) => count !== 0).map(([day, count]) => `${day}: ${count}`);
};

describe('plays-per-day', () => {
  it('counts plays by the day of the time zone, west and east of UTC', async () => {
    expect(await days('2026-01-06', '2026-01-09', 'UTC')).toEqual(['2026-01-07: 1', '2026-01-08: 2']);
    expect(await days('2026-01-06', '2026-01-09', 'America/Los_Angeles')).toEqual(['2026-01-07: 2', '2026-01-08: 1']);
    expect(await days('2026-01-06', '2026-01-09', 'Asia/Tokyo')).toEqual(['2026-01-08: 3']);
  });

  it('gives the short and the long day of the year all their hours and no others', async () => {
    expect(await days('2026-03-28', '2026-03-30', 'Europe/Berlin')).toEqual(['2026-03-29: 3', '2026-03-30: 1']);
    expect(await days('2026-10-24', '2026-10-26', 'Europe/Berlin')).toEqual(['2026-10-25: 3', '2026-10-26: 1']);
  });

  it('fills the days between plays with 0, and means over seven days from the seventh on', async () => {
    const rows = await lake.pick('plays-per-day', 'day play_count mean_7_days', { to: '2026-01-16' });
    expect(rows).toEqual([
      ['2026-01-07', 1, null],
      ['2026-01-08', 2, null],
      ['2026-01-09', 0, null],
      ['2026-01-10', 0, null],
      ['2026-01-11', 0, null],
      ['2026-01-12', 0, null],
      ['2026-01-13', 0, 3 / 7],
      ['2026-01-14', 0, 2 / 7],
      ['2026-01-15', 1, 1 / 7],
      ['2026-01-16', 0, 1 / 7],
    ]);
  });

  it('means over the days before the period too', async () => {
    expect(await lake.pick('plays-per-day', 'day mean_7_days', { from: '2026-01-14', to: '2026-01-14' })).toEqual([['2026-01-14', 2 / 7]]);
  });

  it('calls a day certain where every UTC day that it touches is', async () => {
    // Which UTC days are certain is not for a report to say, so the test does.
    const coverage = `coverage as (
      select 'me' as account_id, unnest([date '2026-01-07', date '2026-01-08', date '2026-01-09']) as day, unnest(['certain', 'certain', 'gap']) as state
    )`;
    const report = { ...playsPerDay, sql: { duckdb: playsPerDay.sql.duckdb.replace('\nwith ', `\nwith ${coverage}, `) } };
    const certain = async (zone: string) =>
      (await lake.pick(report, 'day is_certain', { from: '2026-01-07', to: '2026-01-09', time_zone: zone }))
        .filter(([, isCertain]) => isCertain === true)
        .map(([day]) => day);
    expect(await certain('UTC')).toEqual(['2026-01-07', '2026-01-08']);
    expect(await certain('America/Los_Angeles')).toEqual(['2026-01-07']);
    expect(await certain('Asia/Tokyo')).toEqual(['2026-01-08']);
    expect(await lake.pick('plays-per-day', 'is_certain', { to: '2026-01-07' })).toEqual([[false]]);
  });
});

describe('listening-clock', () => {
  const clock = (from: string, to: string, zone: string) =>
    lake.pick('listening-clock', 'weekday hour play_count', { from, to, time_zone: zone });

  it('tells weekday and hour of the time zone, 1 = Monday', async () => {
    expect(await clock('2026-01-01', '2026-01-14', 'UTC')).toEqual([
      [3, 23, 1],
      [4, 0, 1],
      [4, 9, 1],
    ]);
    expect(await clock('2026-01-01', '2026-01-14', 'Asia/Kolkata')).toEqual([
      [4, 5, 1],
      [4, 6, 1],
      [4, 15, 1],
    ]);
    expect(await clock('2026-01-01', '2026-01-14', 'America/Los_Angeles')).toEqual([
      [3, 15, 1],
      [3, 16, 1],
      [4, 1, 1],
    ]);
  });

  it('skips the hour that the clock skips, and holds both of the hour that comes twice', async () => {
    expect(await clock('2026-03-29', '2026-03-29', 'Europe/Berlin')).toEqual([
      [7, 1, 1],
      [7, 3, 1],
      [7, 23, 1],
    ]);
    expect(await clock('2026-10-25', '2026-10-25', 'Europe/Berlin')).toEqual([
      [7, 2, 2],
      [7, 23, 1],
    ]);
  });
});
