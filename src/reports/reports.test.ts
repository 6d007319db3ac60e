import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDuckDbEngine } from '../engines/duckdb/engine.ts';
import type { Engine } from '../engines/engine.ts';
import { createSampleLake, type SampleLake } from '../engines/testing.ts';
import { TABLES } from '../tables/star-schema.ts';
import { REPORTS, reportNamed } from './reports.ts';
import { runReport } from './run-report.ts';

const signal = new AbortController().signal;
let lake: SampleLake;
let engine: Engine;

const SEEN = '2026-11-01 00:00:00';
const dimension = (row: Readonly<Record<string, unknown>>) => ({ ...row, _core_at: SEEN, _core_shape: 2, _ids_at: SEEN, _ids_shape: 2 });

const play = (id: string, ended: string, track: string | null, more: Readonly<Record<string, unknown>> = {}) => ({
  play_id: id,
  account_id: 'me',
  ended_at: ended,
  kind: 'track',
  track_id: track,
  track_uri: track === null ? null : `spotify:track:${track}`,
  track_name: 'Song',
  artist_name: 'Björk',
  ms_played: 60_000,
  confidence: 'certain',
  source: 'export',
  evidence_count: 1,
  ...more,
});

beforeAll(async () => {
  lake = await createSampleLake(await mkdtemp(join(tmpdir(), 'tonearm-reports-')));
  await lake.add('tracks', [
    dimension({ track_id: 't1', name: 'Song', isrc: 'ISX', _artist_ids: ['a1', 'a2'] }),
    dimension({ track_id: 't2', name: 'Song (2010 edition)', isrc: 'ISX', _artist_ids: ['a1'] }),
  ]);
  await lake.add('artists', [dimension({ artist_id: 'a1', name: 'Björk' }), dimension({ artist_id: 'a2', name: 'Other' })]);
  await lake.add('plays', [
    play('1', '2026-01-01 10:00:00', 't1'),
    play('2', '2026-02-01 10:00:00', 't2', { track_name: 'Song (2010 edition)' }),
    play('3', '2026-02-01 11:00:00', 't1', { ms_played: null, confidence: 'provisional' }),
    play('4', '2026-02-01 12:00:00', 't1', { ms_played: 29_999 }),
    play('5', '2026-03-31 22:30:00', null, { kind: 'unknown', track_name: 'Other song', artist_name: 'björk', ms_played: 30_000 }),
    play('6', '2026-03-01 10:00:00', null, {
      kind: 'episode',
      track_name: null,
      artist_name: null,
      show_name: 'Show',
      track_uri: 'spotify:episode:e1',
    }),
    play('7', '2026-03-02 10:00:00', 't9', { account_id: 'ben', track_name: 'His song', artist_name: 'Nobody' }),
    play('8', '2026-03-03 10:00:00', null, { kind: 'local', track_name: 'Mine', artist_name: 'Me', track_uri: 'spotify:local:a:b:c:1' }),
  ]);
  const saved = { account_id: 'me', item_kind: 'track' };
  await lake.add('saved_items', [
    { ...saved, item_uri: 'a', added_at: '2026-01-31 23:30:00' },
    { ...saved, item_uri: 'b', added_at: '2026-02-10 00:00:00', removed_at: '2026-02-11 00:00:00', seen_from: '2026-02-10 00:00:00' },
    { ...saved, item_uri: 'b', added_at: '2026-02-10 00:00:00', seen_from: '2026-03-10 00:00:00' },
    { ...saved, item_uri: 'c', added_at: '2026-02-12 00:00:00', removed_at: '2026-03-01 00:00:00' },
    { ...saved, item_kind: 'album', item_uri: 'd', added_at: '2026-02-12 00:00:00' },
  ]);
  await lake.add('playlists', [dimension({ playlist_id: 'p1', name: 'Mix', owner_name: 'Ana' })]);
  await lake.add('playlist_items', [
    { playlist_id: 'p1', item_uri: 'a', added_at: '2026-01-01 00:00:00', seen_from: '2026-02-01 00:00:00', _last_shown_at: SEEN },
    {
      playlist_id: 'p1',
      item_uri: 'b',
      seen_from: '2026-02-01 00:00:00',
      removed_at: '2026-03-01 00:00:00',
      _last_shown_at: '2026-02-01 00:00:00',
    },
    { playlist_id: 'p2', item_uri: 'a', seen_from: '2026-02-02 00:00:00', _last_shown_at: '2026-02-02 00:00:00' },
  ]);
  const { catalog, store, files, folder } = lake;
  engine = createDuckDbEngine({ catalog, store, files, memoryLimit: '300MB', threads: 1, tempDir: join(folder, 'spill') });
});
afterAll(async () => {
  await engine.close();
  await rm(lake.folder, { recursive: true, force: true });
});

const rowsOf = async (name: string, params: Readonly<Record<string, unknown>> = {}) =>
  (await runReport(engine, reportNamed(name), params, signal)).rows;

/** The engine's word for what a row type says. */
function logicalOf(type: z.core.$ZodType): string {
  const inner = type instanceof z.ZodNullable ? type.unwrap() : type;
  if (inner instanceof z.ZodISODateTime) return 'timestamp';
  if (inner instanceof z.ZodISODate) return 'date';
  if (inner instanceof z.ZodNumber) return inner.format === 'safeint' ? 'integer' : 'double';
  return inner instanceof z.ZodString ? 'text' : 'unknown';
}

describe.each(REPORTS.map((report) => [report.name, report] as const))('%s', (_, report) => {
  it('gives rows of its row type, column by column', async () => {
    const { columns, rows, coverage } = await runReport(engine, report, {}, signal);
    const declared = Object.entries(report.row.shape).map(([name, type]) => ({ name, type: logicalOf(type) }));
    expect(columns).toEqual(declared);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) report.row.parse(Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])));
    expect(coverage).toBe(report.coverage);
  });

  it('reads the tables it says and no other', () => {
    const words = new Set(report.sql.duckdb.replaceAll(/--.*/g, '').match(/(?<=\b(?:from|join) )\w+/g));
    const read = TABLES.map(({ name }) => name).filter((name) => words.has(name));
    expect([...report.reads].sort()).toEqual(read.sort());
  });
});

describe('top-tracks', () => {
  it('counts plays of 30 s or more and polled ones, all tracks of a recording as one', async () => {
    expect(await rowsOf('top-tracks', { account: 'me' })).toEqual([
      [1, 'Song', 'Björk', 3, 120_000, '2026-02-01T11:00:00Z', 'https://open.spotify.com/track/t1'],
      [2, 'Mine', 'Me', 1, 60_000, '2026-03-03T10:00:00Z', null],
      [3, 'Other song', 'björk', 1, 30_000, '2026-03-31T22:30:00Z', null],
    ]);
  });

  it('takes whole days of the time zone, both ends included', async () => {
    const names = async (params: Readonly<Record<string, unknown>>) => (await rowsOf('top-tracks', params)).map((row) => row[1]);
    expect(await names({ from: '2026-03-31', to: '2026-03-31' })).toEqual(['Other song']);
    expect(await names({ from: '2026-03-31', to: '2026-03-31', time_zone: 'Europe/Berlin' })).toEqual([]);
    expect(await names({ from: '2026-04-01', time_zone: 'Europe/Berlin' })).toEqual(['Other song']);
    expect(await names({ to: '2026-01-31' })).toEqual(['Song']);
    expect(await names({ limit: '1' })).toEqual(['Song']);
  });
});

describe('top-artists', () => {
  it('counts for the first artist, a bare name for the one artist that has it', async () => {
    expect(await rowsOf('top-artists')).toEqual([
      [1, 'Björk', 4, 3, 150_000, '2026-03-31T22:30:00Z', 'https://open.spotify.com/artist/a1'],
      [2, 'Me', 1, 1, 60_000, '2026-03-03T10:00:00Z', null],
      [3, 'Nobody', 1, 1, 60_000, '2026-03-02T10:00:00Z', null],
    ]);
  });
});

describe('recent-plays', () => {
  it('lists plays of every kind, newest first, with a link where there is a page', async () => {
    const rows = await rowsOf('recent-plays', { limit: 4 });
    expect(rows.map((row) => [row[1], row.at(-1)])).toEqual([
      ['Other song', null],
      ['Mine', null],
      ['His song', 'https://open.spotify.com/track/t9'],
      ['Show', 'https://open.spotify.com/episode/e1'],
    ]);
  });
});

describe('library-growth', () => {
  it('counts each saved track once, by the month it was saved in', async () => {
    expect(await rowsOf('library-growth')).toEqual([
      ['2026-01-01', 1, 1, 1],
      ['2026-02-01', 2, 1, 2],
    ]);
    expect(await rowsOf('library-growth', { time_zone: 'Europe/Berlin', from: '2026-02-01' })).toEqual([['2026-02-01', 3, 2, 2]]);
  });
});

describe('playlist-overview', () => {
  it('counts current members and tells the last change', async () => {
    expect(await rowsOf('playlist-overview')).toEqual([
      ['p1', 'Mix', 'Ana', 1, 1, '2026-03-01T00:00:00Z', '2026-11-01T00:00:00Z', 'https://open.spotify.com/playlist/p1'],
      ['p2', null, null, 1, 0, '2026-02-02T00:00:00Z', '2026-02-02T00:00:00Z', 'https://open.spotify.com/playlist/p2'],
    ]);
  });
});

describe('a wrong word', () => {
  it.each([
    [{ limt: 5 }, 'top-tracks: no parameter limt', 'Did you mean limit?'],
    [
      { limit: 'many' },
      'top-tracks: limit is "many", expected a whole number, 1 to 10000',
      'Parameters: from, to, account, time_zone, limit.',
    ],
    [{ from: '1.1.2026' }, 'top-tracks: from is "1.1.2026", expected a day, such as 2026-01-31', 'Parameters:'],
    [{ time_zone: 'Berlin' }, 'time_zone is "Berlin", expected a time zone, such as Europe/Berlin', 'Parameters:'],
  ])('%j is a usage error', async (params, message, hint) => {
    await expect(rowsOf('top-tracks', params)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });

  it('for a report is answered with the one that was meant', () => {
    expect(() => reportNamed('top-track')).toThrow(expect.objectContaining({ code: 'usage', hint: 'Did you mean top-tracks?' }));
  });
});
