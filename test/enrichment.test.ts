import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { App } from '../src/pipeline/app.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import { select } from './lake-facts.ts';
import { never, newFolder, type SampleAccount, SILENT, sampleAccount } from './sample-account.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const EVERYTHING = { accounts: [], streams: [] };
/** No track of any world. */
const UNKNOWN = '7unknownUnknownUnknown';
const NO_TRACKS = [
  null,
  'spotify:local:A:B:C:200',
  `spotify:track:${'0'.repeat(22)}`,
  'spotify:track:odd',
  'spotify:episode:4uLU6hMCjMI75M1A2tKUQC',
];

interface Setting extends SampleAccount {
  /** Most played first, then by id; the first is known to nobody. */
  readonly wanted: readonly string[];
  /** Ids of each request for tracks since the last call. */
  asked(): readonly string[];
}

/** A lake with nothing but the plays of an export: of each track one more than of the next. */
async function imported(mode: 'development' | 'extended', count: number, requestsPerRun: number): Promise<Setting> {
  const sample = sampleAccount({ mode, artists: 10, joinedOn: '2026-02-25', streams: [] });
  const { clock, simulator } = sample;
  const config = { ...sample.config, enrichment: { requestsPerRun } };
  const app = createApp(config, {
    clock,
    log: SILENT,
    fetch: async (input, init) => simulator.app.fetch(new Request(input, init)),
    progress: () => undefined,
  });
  const released = simulator.world.albums.filter(({ releaseDate }) => releaseDate < '2026');
  const tracks = released.flatMap(({ tracks }) => tracks.map(({ id }) => id));
  const wanted = [UNKNOWN, ...tracks.slice(0, count - 1)];
  const uris = [...wanted.flatMap((id, at) => Array.from({ length: count - at }, () => `spotify:track:${id}`)), ...NO_TRACKS];
  const rows = uris.map((uri, at) => ({
    ts: new Date(Date.UTC(2020, 0, 1) + at * 300_000).toISOString().replace('.000', ''),
    ...{ ms_played: 200_000, master_metadata_track_name: 'A song', spotify_track_uri: uri },
  }));
  const path = join(newFolder(), 'Streaming_History_Audio_2020_0.json');
  writeFileSync(path, JSON.stringify(rows));
  await app.importFiles([path], { account: null }, never);
  let seen = 0;
  const asked = (): readonly string[] => {
    const fresh = simulator.requests().slice(seen);
    seen += fresh.length;
    return fresh
      .filter(({ path: at }) => at.startsWith('/v1/'))
      .map(({ path: at, query }) => new URLSearchParams(query).get('ids') ?? at.replace('/v1/tracks/', ''));
  };
  return { ...sample, config, app, wanted, asked };
}

const leftOf = async (app: App): Promise<number | undefined> => (await app.status()).enrichment?.left;

/** Plays whose recording is that of their track's ISRC in the world. */
async function expectJoinedByIsrc({ app, simulator, wanted }: Setting): Promise<void> {
  const isrcs = new Map(simulator.world.albums.flatMap(({ tracks }) => tracks.map(({ id, isrc }) => [id, isrc])));
  const expected = wanted.map((id) => [id, (isrcs.get(id) ?? null) === null ? `track:${id}` : `isrc:${isrcs.get(id)}`]);
  const listed = wanted.map((id) => `'${id}'`).join(', ');
  const found = await select(
    app,
    `select distinct track_id, recording_id from plays join track_recordings using (track_id) where track_id in (${listed})`,
  );
  expect([...found].sort()).toEqual(expected.sort());
}

describe('after an import, which asks nothing, runs ask for the tracks of its plays, most played first', () => {
  it('in extended mode fifty a request, each run for the next ones, until none are left', async () => {
    const setting = await imported('extended', 120, 1);
    const { app, asked, wanted, clock } = setting;
    expect(asked()).toEqual([]);
    expect(await leftOf(app)).toBe(120);
    for (const [from, until] of [
      [0, 50],
      [50, 100],
      [100, 120],
    ]) {
      expect((await app.plan(EVERYTHING)).streams).toMatchObject([{ stream: 'enrichment', requests: 1 }]);
      expect(await app.run(EVERYTHING, never)).toMatchObject({ outcome: 'done', streams: [{ stream: 'tracks', requests: 1 }] });
      expect(asked()).toEqual([wanted.slice(from, until).join(',')]);
      expect(await leftOf(app)).toBe(120 - (until ?? 0));
      clock.advance(DAY_MS);
    }
    await app.run(EVERYTHING, never);
    expect(asked()).toEqual([]);
    expect((await app.plan(EVERYTHING)).total).toEqual({ requests: 0, atMost: 0 });
    await expectJoinedByIsrc(setting);
  });

  it('in development mode one a request, once it is known that batches are refused', async () => {
    const setting = await imported('development', 12, 5);
    const { app, asked, wanted, clock } = setting;
    await app.run(EVERYTHING, never);
    expect(asked()).toEqual([wanted.join(','), ...wanted.slice(0, 4)]);
    expect((await app.status()).enrichment).toMatchObject({ left: 8, requestsLeft: 8, requestsPerRun: 5 });
    clock.advance(DAY_MS);
    await app.run(EVERYTHING, never);
    expect(asked()).toEqual(wanted.slice(4, 9));
    // One that asks for no track says nothing of when they are done.
    await app.run({ ...EVERYTHING, landOnly: true }, never);
    expect((await app.status()).enrichment).toMatchObject({ left: 3, runsPerDay: 1, doneOn: '2026-03-04' });
    expect(await app.enrich({ account: null, budget: null }, never)).toMatchObject({ verb: 'enrich', outcome: 'done' });
    expect(asked()).toEqual(wanted.slice(9));
    await expectJoinedByIsrc(setting);
    clock.advance(90 * DAY_MS);
    await app.run(EVERYTHING, never);
    expect(asked()).toEqual([UNKNOWN]);
  });

  it('and a rate limit marks none of them: what was received is in the tables, the rest is asked for next time', async () => {
    const { app, asked, wanted, simulator, clock } = await imported('development', 6, 100);
    simulator.faults.add({ match: '/tracks/', after: 3, kind: 'rate_limit', retryAfterSeconds: 7200 });
    expect(await app.run(EVERYTHING, never)).toMatchObject({ outcome: 'deferred', exitCode: 5 });
    expect(asked().slice(1)).toEqual(wanted.slice(0, 4));
    expect(await leftOf(app)).toBe(3);
    clock.advance(DAY_MS);
    await app.run(EVERYTHING, never);
    expect(asked()).toEqual(wanted.slice(3));
  });
});

it('without a login, `enrich` says so and nothing is asked', async () => {
  const { config, clock, asked, simulator } = await imported('development', 3, 5);
  const accounts = config.accounts.map((account) => ({ ...account, refreshToken: null }));
  const app = createApp(
    { ...config, accounts },
    { clock, log: SILENT, fetch: async (input, init) => simulator.app.fetch(new Request(input, init)), progress: () => undefined },
  );
  expect(await app.enrich({ account: null, budget: null }, never)).toMatchObject({ exitCode: 4, outcomes: [{ code: 'login_needed' }] });
  expect(asked()).toEqual([]);
});
