import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import { createTestClient, field, list } from '../http/test-client.ts';
import { listeningOf } from '../listener/paced.ts';
import { exportTruth } from './export.ts';
import { FORMS } from './forms.ts';
import { optionsFor } from './order.ts';
import { writeExports } from './output.ts';
import { habitsFor, QUIRKS, type Quirks, webApiOptionsFor } from './quirks.ts';
import { ADA, type TestExport, testExport } from './testing.ts';
import type { ExportedPlay } from './truth.ts';

describe('the truth about an export with every quirk, counted again', () => {
  let one: TestExport;
  beforeAll(async () => {
    one = await testExport(QUIRKS, { forms: FORMS, until: Date.parse('2023-12-01') });
  });
  const places = (plays: readonly ExportedPlay[]): readonly string[] =>
    plays.flatMap((play) => play.evidence.map(({ file, item }) => `${file} ${item}`));

  it('places every record of every file with exactly one play', () => {
    const written = [...one.records].flatMap(([file, records]) => records.map((_, item) => `${file} ${item}`));
    expect(places(one.truth.plays).toSorted()).toEqual(written.toSorted());
    expect(one.truth.totals.records).toBe(written.length);
    expect(one.truth.totals.plays).toBe(one.truth.plays.length);
    expect(one.truth.plays.map((play) => play.n)).toEqual(one.truth.plays.map((_, n) => n));
  });

  it('says of every file what it holds', () => {
    expect(one.truth.files.map((file) => file.file).toSorted()).toEqual([...one.files.keys()].toSorted());
    const playsIn = new Map<string, Set<number>>();
    for (const play of one.truth.plays)
      for (const { file } of play.evidence) playsIn.set(file, (playsIn.get(file) ?? new Set()).add(play.n));
    for (const file of one.truth.files) {
      const records = one.records.get(file.file) ?? [];
      const times = records.map((record) => String(record.ts ?? record.endTime)).toSorted();
      expect([file.bytes, file.records, file.plays]).toEqual([
        one.files.get(file.file)?.length,
        records.length,
        playsIn.get(file.file)?.size ?? 0,
      ]);
      expect(Object.values(file.kinds).reduce((sum, count) => sum + count, 0)).toBe(records.length);
      const length = times[0]?.length === 16 ? 16 : 20;
      const bound = (ts: string | null): string | undefined =>
        ts === null ? undefined : ts.replace('T', length === 16 ? ' ' : 'T').slice(0, length);
      expect([bound(file.first), bound(file.last)]).toEqual([times[0], times.at(-1)]);
    }
  });

  it('tells copies from plays: per package the records less the copies are its plays', () => {
    for (const { package: name } of one.truth.packages) {
      const files = one.truth.files.filter((file) => file.package === name);
      const sum = (count: (file: (typeof files)[number]) => number): number => files.reduce((total, file) => total + count(file), 0);
      const plays = one.truth.plays.filter((play) => play.evidence.some(({ file }) => file.startsWith(`${name}/`)));
      const isExtended = /extended|endsong/.test(name);
      const extra = isExtended ? 0 : plays.reduce((total, play) => total + play.count - 1, 0);
      expect(sum((file) => file.records - file.duplicates - file.nearCopies) - extra).toBe(plays.length);
    }
  });

  it('counts each quirk by the plays that carry it', () => {
    const counted: Record<string, number> = {};
    for (const play of one.truth.plays) for (const quirk of play.quirks) counted[quirk] = (counted[quirk] ?? 0) + 1;
    expect(one.truth.quirks).toEqual(counted);
    expect(Object.keys(counted)).toHaveLength(Object.keys(QUIRKS).length - 1);
  });

  it('gives the values that its records have', () => {
    for (const play of one.truth.plays) {
      const { file = '', item = 0 } = play.evidence.find((place) => place.file.includes('endsong_')) ?? {};
      const record = one.at({ file, item });
      if (record.ts === undefined || play.quirks.includes('near_copies') || play.quirks.includes('differing_detail')) continue;
      expect([record.ts, record.ms_played, record.offline_timestamp]).toEqual([play.ts, play.msPlayed, play.stamp]);
      expect(record.spotify_track_uri ?? record.spotify_episode_uri).toBe(play.uri);
    }
  });
});

describe('the Web API and the export of one listener', () => {
  const shown = async (quirks: Quirks) => {
    const accounts = [{ ...ADA, joinedOn: '2025-12-01', playsPerDay: 30, ...habitsFor(quirks) }];
    const { get, simulator, clock } = await createTestClient('development', { accounts, ...webApiOptionsFor(quirks) });
    const items = list(field((await get('/me/player/recently-played?limit=50')).body, 'items'));
    const [listener] = simulator.listeners;
    if (listener === undefined) throw new Error('no listener');
    const options = {
      world: simulator.world,
      listening: listeningOf(listener),
      until: clock.now().getTime(),
      forms: ['extended'] as const,
      quirks,
    };
    const { truth, files } = await exportTruth(options);
    const play = (playedAt: unknown) => truth.plays.find((one) => one.playedAt.includes(String(playedAt)));
    const record = (one: ExportedPlay | undefined) => {
      const [{ file, item } = { file: '', item: 0 }] = one?.evidence ?? [];
      return JSON.parse(files.get(file)?.toString() ?? '[]')[item];
    };
    return { items, truth, play, record };
  };

  it('agree: played_at to the second is the ts, of the same track', async () => {
    const { items, play, record } = await shown({});
    expect(items).toHaveLength(50);
    for (const item of items) {
      const playedAt = String(field(item, 'played_at'));
      expect(record(play(playedAt))).toMatchObject({ ts: `${playedAt.slice(0, 19)}Z`, spotify_track_uri: field(item, 'track.uri') });
    }
  });

  it('differ by half a minute where played_at comes late', async () => {
    const { items, play } = await shown({ late_played_at: 0.5 });
    const times = items.map((item) => String(field(item, 'played_at')));
    expect(times).toEqual(times.toSorted().reverse());
    const gaps = times.map((playedAt) => Date.parse(playedAt) - Date.parse(play(playedAt)?.endedAt ?? ''));
    expect(new Set(gaps)).toEqual(new Set([0, 30_000]));
  });

  it('name different ids of one recording where the export is relinked, with the same title and artist', async () => {
    const { truth, record } = await shown({ relinked: 1 });
    const relinked = truth.plays.filter((play) => play.quirks.includes('relinked'));
    expect(relinked.length).toBeGreaterThan(20);
    for (const play of relinked.slice(-20)) {
      expect(play.uri).not.toBe(`spotify:track:${play.itemId}`);
      expect(record(play)).toMatchObject({ spotify_track_uri: play.uri, master_metadata_track_name: play.title });
    }
  });
});

describe('what is written to disk', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tonearm-export-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const watch = { signal: new AbortController().signal, progress: () => undefined };
  const order = {
    seed: 'disk',
    account: 'ada',
    until: Date.parse('2026-06-01'),
    years: 1,
    plays: 600,
    forms: ['extended'] as const,
    quirks: {},
  };

  it('is an archive with the date of the request, the same bytes each time, and the truth beside it', async () => {
    const [first, again] = [join(folder, 'a', 'my_spotify_data.zip'), join(folder, 'b', 'my_spotify_data.zip')];
    const { truthPath, manifest } = await writeExports(optionsFor(order), first, watch);
    await writeExports(optionsFor(order), again, watch);
    expect((await readFile(first)).equals(await readFile(again))).toBe(true);
    const zip = await openPromise(first);
    const entries: string[] = [];
    for await (const entry of zip.eachEntry()) {
      entries.push(entry.fileName);
      expect(entry.getLastModDate({ timezone: 'UTC' })).toEqual(new Date('2026-06-01T00:00:00Z'));
    }
    expect(entries.map((name) => `my_spotify_data.zip!${name}`)).toEqual(manifest.files.map((file) => file.file));
    const truth = JSON.parse(await readFile(truthPath, 'utf8'));
    expect(truth).toMatchObject(JSON.parse(JSON.stringify(manifest)));
    expect(truth.plays).toHaveLength(600);
    expect((await readdir(join(folder, 'a'))).toSorted()).toEqual(['my_spotify_data.truth.json', 'my_spotify_data.zip']);
  });

  it('is a folder, or several of each where there are several packages', async () => {
    const plain = join(folder, 'plain');
    const { manifest } = await writeExports(optionsFor(order), plain, watch);
    expect(manifest.files.map((file) => file.file)).toContain(
      'Spotify Extended Streaming History/ReadMeFirst_ExtendedStreamingHistory.pdf',
    );
    expect(await readdir(plain)).toEqual(['Spotify Extended Streaming History']);
    const many = { ...order, forms: ['extended', 'account'] as const, quirks: { overlapping: 1 } };
    const { paths } = await writeExports(optionsFor(many), join(folder, 'c', 'my.zip'), watch);
    const names = [
      'my-1-extended.zip',
      'my-1-account.zip',
      'my-2-extended.zip',
      'my-2-account.zip',
      'my-3-extended.zip',
      'my-3-account.zip',
    ];
    expect(paths).toEqual(names.map((name) => join(folder, 'c', name)));
    expect((await readdir(join(folder, 'c'))).toSorted()).toEqual(['my.truth.json', ...names].toSorted());
  });

  it('replaces nothing, and leaves nothing when stopped', async () => {
    await expect(writeExports(optionsFor(order), join(folder, 'plain'), watch)).rejects.toMatchObject({ code: 'bad_input' });
    const many = { ...optionsFor({ ...order, plays: 6000 }), mostBytes: 200_000 };
    const stopped = { ...watch, signal: AbortSignal.abort() };
    await expect(writeExports(many, join(folder, 'd', 'x.zip'), stopped)).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(join(folder, 'd'))).toEqual([]);
  });

  it('is as many plays as were ordered, however many a day; or the account that the simulator has', async () => {
    const crowd = await exportTruth(optionsFor({ ...order, plays: 60_000, forms: ['endsong'] }));
    expect(crowd.truth.totals).toMatchObject({ plays: 60_000, records: crowd.truth.totals.playsWithEvidence });
    const usual = optionsFor({ ...order, years: null, plays: null });
    expect(usual.listening.account.joinedOn).toBe('2023-02-11');
  });
});
