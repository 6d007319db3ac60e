import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../engines/engine.ts';
import { createVirtualClock } from '../kernel/clock.ts';
import type { App } from './app.ts';
import { lakeHeading, lakeName, listenersIn } from './lake-heading.ts';
import { changedTables, lakeVersion } from './lake-version.ts';
import { ruleDraft } from './rule-draft.ts';
import { newestSummaries } from './run-history.ts';
import { lakeOfSavedTracks, type TestLake } from './testing.ts';

const never = new AbortController().signal;
const clock = createVirtualClock(new Date('2026-11-21T23:30:00Z'));
const ZONE = [
  { from: null, zone: 'Europe/Berlin' },
  { from: '2026-01-01', zone: 'Asia/Tokyo' },
];

let lake: TestLake;
let app: App;
let engine: Engine;

const ENDS = ['2020-05-01T10:00:00Z', '2020-05-01T22:30:00Z', '2020-05-02T10:00:00Z', '2020-05-02T10:00:00Z', '2021-01-01T10:00:00Z'];
const NAMES = ['Jóga', 'Army of Me', 'Venus as a Boy', 'Hyperballad', 'Isobel'];

beforeAll(async () => {
  lake = await lakeOfSavedTracks(clock);
  const history = ENDS.map((ts, at) => ({
    ...{ ts, ms_played: 200_000, master_metadata_track_name: NAMES[at], master_metadata_album_artist_name: at === 0 ? 'Björk' : 'Else' },
    spotify_track_uri: `spotify:track:${String(at).padStart(22, '0')}`,
  }));
  const path = join(lake.folder, '..', 'Streaming_History_Audio_2020_0.json');
  writeFileSync(path, JSON.stringify(history));
  app = lake.again({}, { accounts: [{ name: 'me', refreshToken: null, timeZone: ZONE, streams: [] }] });
  await app.importFiles([path], { account: null }, never);
  engine = await app.engine();
});
afterAll(async () => {
  await engine.close();
  lake.remove();
});

describe('one play', () => {
  it('has the records that it is made of', async () => {
    const { plays } = await app.plays({ span: '2021', account: null, withEvidence: false, limit: 1 }, never);
    const [newest] = plays;
    expect(newest).toMatchObject({ title: 'Isobel', url: 'https://open.spotify.com/track/0000000000000000000004', evidence: null });
    const shown = await app.play(newest?.playId ?? '', never);
    expect(shown).toMatchObject({ ...newest, evidence: [{ verdict: 'kept', file: 'Streaming_History_Audio_2020_0.json', record: 4 }] });
    await expect(app.play('gone', never)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the heading of a lake', () => {
  it('has its name without the folders, the zone of today, and the first day', async () => {
    const { config } = app;
    expect(lakeHeading(config, ['me', 'gone'], clock.now())).toEqual({
      lake: 'lake',
      accounts: [
        { name: 'me', timeZone: 'Asia/Tokyo' },
        { name: 'gone', timeZone: 'UTC' },
      ],
      today: '2026-11-22',
      timeZones: ['Europe/Berlin', 'Asia/Tokyo'],
    });
    expect(lakeName('s3://bucket/some/prefix')).toBe('bucket');
    const assumed = { ...config, accounts: [{ name: 'me', isAssumed: true, refreshToken: null, timeZone: 'UTC', streams: [] }] } as const;
    expect(lakeHeading(assumed, ['ada'], clock.now()).accounts).toEqual([{ name: 'ada', timeZone: 'UTC' }]);
    expect(lakeHeading(assumed, [], clock.now()).accounts).toEqual([{ name: 'me', timeZone: 'UTC' }]);
    expect(await listenersIn(engine, never)).toEqual({ firstPlayedOn: '2020-05-01', accounts: ['me'] });
  });
});

describe('the version of a lake', () => {
  it('tells which tables a build changed, and is another one with other rules', async () => {
    const before = await lakeVersion(app, clock);
    clock.advance(1_000);
    await lake.land('three');
    await app.rules.add(ruleDraft('exclude', { track: 'spotify:track:0000000000000000000001' }), never);
    const after = await lakeVersion(app, clock);
    expect(after.catalog.version).toBe(before.catalog.version + 1);
    expect(after.run).not.toBe(before.run);
    expect(after.rules).not.toBe(before.rules);
    expect(changedTables(before.catalog, after.catalog)).toContain('saved_items');
    expect(changedTables(before.catalog, after.catalog)).not.toContain('plays');
    expect(changedTables(after.catalog, after.catalog)).toEqual([]);
    expect((await newestSummaries({ store: app.store, clock }, 2)).map(({ runId }) => `runs/${runId}.json`)).toEqual([
      after.run,
      before.run,
    ]);
  });
});
