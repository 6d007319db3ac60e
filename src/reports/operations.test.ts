import { describe, expect, it } from 'vitest';
import { createReportLake, play } from './testing.ts';

const tally = (read: number, kept: number, duplicate: number) => ({ read, kept, merged: 0, duplicate, filtered: 0, quarantined: 0 });

const stream = (account: string, requests: number, counts: ReturnType<typeof tally>) => ({
  account,
  stream: 'recently_played',
  requests,
  ...counts,
  outcome: 'done',
  error: null,
});

const summary = (id: string, startedAt: string, total: ReturnType<typeof tally>, streams: readonly unknown[]) =>
  Buffer.from(
    JSON.stringify({
      runId: id,
      verb: 'run',
      startedAt,
      finishedAt: startedAt,
      outcome: id === 'r2' ? 'failed' : 'done',
      exitCode: 0,
      catalogVersion: 1,
      total,
      streams,
      outcomes: [{ message: 'no answer' }],
    }),
  );

describe('runs', () => {
  it('lists runs newest first, and tells whether their numbers add up', async () => {
    const lake = await createReportLake(async ({ store }) => {
      const streams = [stream('ben', 2, tally(3, 3, 0)), stream('me', 1, tally(2, 1, 1))];
      await store.put('runs/r1.json', summary('r1', '2026-11-01T23:30:00Z', tally(5, 4, 1), streams));
      await store.put('runs/r2.json', summary('r2', '2026-11-02T10:00:00Z', tally(5, 4, 0), []));
    });
    const shown = 'run_id requests records_read records_kept records_duplicate is_reconciled error';
    expect(await lake.pick('runs', shown)).toEqual([
      ['r2', 0, 5, 4, 0, false, 'no answer'],
      ['r1', 3, 5, 4, 1, true, null],
    ]);
    expect(await lake.pick('runs', shown, { account: 'me' })).toEqual([['r1', 1, 2, 1, 1, true, null]]);
    expect(await lake.pick('runs', 'run_id', { to: '2026-11-01' })).toEqual([['r1']]);
    expect(await lake.pick('runs', 'run_id', { to: '2026-11-01', time_zone: 'Europe/Berlin' })).toEqual([]);
    await lake.close();
  });
});

describe('freshness', () => {
  const look = { list_kind: 'saved_tracks', list_id: 'me', account_id: 'me', is_complete: true, item_count: 1 };
  const held = async ({ add }: Parameters<Parameters<typeof createReportLake>[0]>[0]): Promise<void> => {
    await add('looks', [
      { ...look, observed_at: '2026-11-21 06:00:00' },
      { ...look, observed_at: '2026-11-20 06:00:00' },
      { ...look, list_kind: 'playlist', list_id: 'p1', account_id: null, observed_at: null },
    ]);
    await add('plays', [play('2026-11-19 12:00:00', 't1'), play('2026-11-21 11:30:00', 't1', { source: 'web_api' })]);
  };

  it('is told by looks and plays while no request is on record', async () => {
    const lake = await createReportLake(held);
    expect(await lake.rows('freshness')).toEqual([
      [null, 'playlist', null, null, true, 'looks'],
      ['me', 'export', '2026-11-19T12:00:00Z', 48, true, 'plays'],
      ['me', 'saved_tracks', '2026-11-21T06:00:00Z', 6, false, 'looks'],
      ['me', 'recently_played', '2026-11-21T11:30:00Z', 0.5, false, 'plays'],
    ]);
    expect(await lake.pick('freshness', 'stream is_stale', { account: 'me', threshold_hours: '5' })).toEqual([
      ['export', true],
      ['saved_tracks', true],
      ['recently_played', false],
    ]);
    await lake.close();
  });

  it('is told by the requests once there are some, of which a refused one brings nothing', async () => {
    const lake = await createReportLake(async (sample) => {
      await held(sample);
      const request = { account_id: 'me', stream: 'recently_played', method: 'GET', path: '/', raw_key: 'k' };
      await sample.add('api_requests', [
        { ...request, status: 304, observed_at: '2026-11-21 10:00:00', raw_line: 1 },
        { ...request, status: 500, observed_at: '2026-11-21 11:00:00', raw_line: 2 },
        { ...request, stream: 'top_items', status: 403, observed_at: '2026-11-21 11:00:00', raw_line: 3 },
      ]);
    });
    expect(await lake.rows('freshness')).toEqual([
      ['me', 'top_items', null, null, true, 'api_requests'],
      ['me', 'recently_played', '2026-11-21T10:00:00Z', 2, false, 'api_requests'],
    ]);
    await lake.close();
  });
});
