import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Query, Result } from '../engine.ts';
import { createSampleLake } from '../testing.ts';
import { createDuckDbEngine } from './engine.ts';

const ASK: Query = {
  sql: 'select account_id, count(*) as days, sum(plays)::bigint as plays from coverage group by account_id',
  params: {},
  limits: { rows: 10, bytes: 10_000, ms: 60_000 },
  trust: 'ours',
};

async function rowsOf(result: Result): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  for await (const batch of result.batches) rows.push(...batch);
  return rows;
}

it('keeps coverage for a catalog version, asked once or at the same time, and works it out anew for the next', async () => {
  const lake = await createSampleLake(await mkdtemp(join(tmpdir(), 'tonearm-session-')));
  const engine = createDuckDbEngine({ ...lake, memoryLimit: '300MB', threads: 1, tempDir: join(lake.folder, 'spill') });
  const ask = async () => rowsOf(await engine.query(ASK, new AbortController().signal));
  const play = (ended_at: string) => ({ play_id: ended_at, account_id: 'me', ended_at, kind: 'track' });
  try {
    await lake.add('plays', [play('2026-01-01 10:00:00'), play('2026-01-02 10:00:00')]);
    expect(await Promise.all([ask(), ask()])).toEqual([[['me', 2, 2]], [['me', 2, 2]]]);
    expect(await ask()).toEqual([['me', 2, 2]]);
    await lake.add('plays', [play('2026-01-04 10:00:00')]);
    expect(await ask()).toEqual([['me', 4, 3]]);
  } finally {
    await engine.close();
    await rm(lake.folder, { recursive: true, force: true });
  }
});

it('keeps different things at the same time', async () => {
  const lake = await createSampleLake(await mkdtemp(join(tmpdir(), 'tonearm-session-')));
  const names = [
    'coverage',
    'kept.items',
    'kept.hour_sums',
    'kept.heard',
    'kept.sessions',
    'kept.lists',
    'kept.newest_seen',
    'kept.known_artists',
  ];
  try {
    await lake.add('plays', [{ play_id: 'p', account_id: 'me', ended_at: '2026-01-01 10:00:00', kind: 'track' }]);
    // Who is first to make something is not the same each time.
    for (let time = 0; time < 3; time += 1) {
      const engine = createDuckDbEngine({ ...lake, memoryLimit: '300MB', threads: 2, tempDir: join(lake.folder, 'spill') });
      const ask = (name: string) => engine.query({ ...ASK, sql: `select count(*)::integer from ${name}` }, new AbortController().signal);
      const counts = await Promise.all(names.map(async (name) => rowsOf(await ask(name))));
      expect(counts).toEqual([1, 1, 1, 1, 1, 0, 1, 0].map((count) => [[count]]));
      await engine.close();
    }
  } finally {
    await rm(lake.folder, { recursive: true, force: true });
  }
});

it('sees runs as they are told, in the version that it has open', async () => {
  const lake = await createSampleLake(await mkdtemp(join(tmpdir(), 'tonearm-session-')));
  const engine = createDuckDbEngine({ ...lake, memoryLimit: '300MB', threads: 1, tempDir: join(lake.folder, 'spill') });
  const ask = async (sql: string) => rowsOf(await engine.query({ ...ASK, sql }, new AbortController().signal));
  const tell = async (runId: string): Promise<void> => {
    const total = { read: 0, kept: 0, merged: 0, duplicate: 0, filtered: 0, quarantined: 0 };
    const times = { startedAt: '2026-11-01T10:00:00Z', finishedAt: '2026-11-01T10:01:00Z' };
    const body = { runId, verb: 'run', ...times, outcome: 'done', exitCode: 0, catalogVersion: 1, total, streams: [], outcomes: [] };
    await lake.store.put(`runs/${runId}.json`, Buffer.from(JSON.stringify(body)));
  };
  const kept = 'select count(*)::integer from kept.hour_sums';
  try {
    await lake.add('plays', [{ play_id: 'p', account_id: 'me', ended_at: '2026-01-01 10:00:00', kind: 'track' }]);
    expect(await ask(kept)).toEqual([[1]]);
    expect(await ask('select run_id from runs')).toEqual([]);
    await tell('r1');
    expect(await ask('select run_id from runs')).toEqual([['r1']]);
    await tell('r2');
    expect(await ask('select run_id from runs order by all')).toEqual([['r1'], ['r2']]);
    expect(await ask(kept)).toEqual([[1]]);
  } finally {
    await engine.close();
    await rm(lake.folder, { recursive: true, force: true });
  }
});
