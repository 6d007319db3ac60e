/** For tests: hand-made lakes and the reports over them, asked at a fixed time. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDuckDbEngine } from '../engines/duckdb/engine.ts';
import type { TimeZones } from '../engines/duckdb/local-time.ts';
import type { Scalar } from '../engines/engine.ts';
import { createSampleLake, type SampleLake } from '../engines/testing.ts';
import type { Report } from './report.ts';
import { reportNamed } from './reports.ts';
import { type ReportResult, runReport } from './run-report.ts';

export const NOW = new Date('2026-11-21T12:00:00Z');

export type Params = Readonly<Record<string, unknown>>;

export interface ReportLake {
  ask(report: string | Report, params?: Params): Promise<ReportResult>;
  rows(report: string, params?: Params): Promise<readonly (readonly Scalar[])[]>;
  /** The named columns of each row, in the order asked for. */
  pick(report: string | Report, columns: string, params?: Params): Promise<readonly (readonly (Scalar | undefined)[])[]>;
  close(): Promise<void>;
}

export async function createReportLake(fill: (lake: SampleLake) => Promise<void>, zones: TimeZones = {}): Promise<ReportLake> {
  const lake = await createSampleLake(await mkdtemp(join(tmpdir(), 'tonearm-reports-')));
  await fill(lake);
  const { catalog, store, files, folder } = lake;
  const engine = createDuckDbEngine({ catalog, store, files, memoryLimit: '300MB', threads: 1, tempDir: join(folder, 'spill'), zones });
  const ask: ReportLake['ask'] = (report, params = {}) =>
    runReport(engine, typeof report === 'string' ? reportNamed(report) : report, params, new AbortController().signal, { now: () => NOW });
  return {
    ask,
    rows: async (name, params) => (await ask(name, params)).rows,
    pick: async (report, columns, params) => {
      const result = await ask(report, params);
      const places = columns.split(' ').map((column) => result.columns.findIndex((found) => found.name === column));
      return result.rows.map((row) => places.map((at) => row[at]));
    },
    close: async () => {
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const SEEN = '2026-11-01 00:00:00';

/** A row of a dimension with its bookkeeping: seen at one time, in every column group it may have. */
export const dimension = (row: Params): Params => ({
  ...row,
  ...Object.fromEntries(
    ['core', 'album', 'ids', 'release', 'size', 'show'].flatMap((group) => [
      [`_${group}_at`, SEEN],
      [`_${group}_shape`, 2],
    ]),
  ),
});

/** A play of a minute of an export, of the account `me`, named by its time and track. */
export const play = (ended: string, track: string | null, more: Params = {}): Params => ({
  play_id: `${ended} ${track} ${JSON.stringify(more)}`,
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

/** Of the accounts of `fillSample`. */
export const ZONES = { me: 'Europe/Berlin', you: 'America/New_York' };
const YEAR = { from: '2026-01-01', to: '2026-12-31' };

/** Each report with parameters that take its SQL apart; a report that is not named is asked without any. */
export const ASKED: Readonly<Record<string, readonly Params[]>> = {
  audiobooks: [{ by: 'chapter' }, {}],
  coverage: [{ ...YEAR, account: 'me' }],
  discography: [{ artist: 'björk' }, { artist: 'a1', counting: 'any', from: '2026-03-02' }],
  discoveries: [YEAR, { by: 'artist' }, { by: 'recording', account: 'you' }],
  freshness: [{ account: 'me' }],
  'library-growth': [YEAR],
  'listening-clock': [{ content: 'all', time_zone: 'Asia/Kolkata' }, { content: 'podcasts' }],
  'listening-totals': [{}, { ...YEAR, content: 'all', counting: 'half' }],
  'never-played': [{ account: 'me' }],
  'on-this-day': [{ day: '2026-11-21', counting: 'any' }],
  'playlist-churn': [{ ...YEAR, account: 'me' }, { time_zone: 'Europe/Berlin' }],
  'playlist-overview': [YEAR, {}],
  'plays-per-day': [
    { counting: 'half', content: 'all' },
    { from: '2026-03-02', to: '2026-03-09', account: 'me' },
  ],
  podcasts: [{ by: 'episode' }, YEAR],
  'popularity-trend': [{ item: 'song', ...YEAR, from: '2020-01-01' }],
  'recent-plays': [
    { account: 'you', ...YEAR },
    { search: 'BJORK song', limit: 3 },
    { before: '2026-03-05T11:00:00Z/2', limit: 4 },
  ],
  runs: [{ account: 'me' }, YEAR],
  sessions: [
    { order: 'newest', account: 'me' },
    { counting: 'half', from: '2026-03-02', to: '2026-03-10' },
  ],
  streaks: [{}, { content: 'all', counting: 'any', time_zone: 'Asia/Kolkata' }],
  'top-albums': [{ counting: 'completed' }, YEAR],
  'top-artists': [YEAR, { counting: 'any', account: 'you' }],
  'top-tracks': [
    { by: 'recording', counting: 'half' },
    { ...YEAR, time_zone: 'America/New_York' },
  ],
};

/** Makes a lake in which every report has something to tell. */
export async function fillSample(lake: SampleLake): Promise<void> {
  const { add, store } = lake;
  const track = (id: string, name: string, more: Params = {}) =>
    dimension({ track_id: id, name, duration_ms: 100_000, album_id: 'b1', _artist_ids: ['a1'], ...more });
  await add('tracks', [
    track('t1', 'Song', { isrc: 'ISX' }),
    track('t2', 'Song', { isrc: 'ISX' }),
    track('t3', 'Hyper', { _artist_ids: ['a2', 'a1'] }),
  ]);
  await add('tracks', [
    track('t4', 'song ', { album_id: null, duration_ms: 101_000 }),
    track('t5', 'Song', { isrc: 'ISY', duration_ms: null }),
  ]);
  await add('artists', [
    dimension({ artist_id: 'a1', name: 'Björk' }),
    dimension({ artist_id: 'a2', name: 'Ane' }),
    dimension({ artist_id: 'a3', name: 'Ane' }),
  ]);
  const album = (id: string, name: string, released: string) =>
    dimension({ album_id: id, name, released_on: released, total_tracks: 11, _artist_ids: ['a1'] });
  await add('albums', [album('b1', 'Post', '1995-06-13'), album('b2', 'Debut', '1993-01-01')]);
  await add('shows', [dimension({ show_id: 's1', name: 'Show' })]);
  await add('episodes', [dimension({ episode_id: 'e1', name: 'One!', show_id: 's1', duration_ms: 200_000 })]);
  await add('audiobooks', [dimension({ audiobook_id: 'd1', name: 'Book' })]);
  await add('accounts', [dimension({ account_id: 'me', user_id: 'u1' })]);
  await add('playlists', [
    dimension({ playlist_id: 'p1', name: 'Mix', owner_id: 'u1', owner_name: 'Ana' }),
    dimension({ playlist_id: 'p2', name: 'Other' }),
  ]);
  const days = Array.from({ length: 12 }, (_, at) => `2026-03-${String(at + 1).padStart(2, '0')}`);
  await add('plays', [
    play('2025-11-21 10:00:00', 't1', { album_name: 'Post' }),
    play('2026-11-20 23:30:00', 't2', { ms_played: null }),
    ...days.flatMap((day, at) => [
      play(`${day} 05:00:00.250`, ['t1', 't3', 't9', null][at % 4] ?? null, {
        account_id: at % 3 === 0 ? 'you' : 'me',
        ms_played: at * 9_000,
        artist_name: at % 2 === 0 ? 'Björk' : 'Ane',
      }),
      play(`${day} 22:45:00`, 't2', {
        reason_end: at % 2 === 0 ? 'trackdone' : 'fwdbtn',
        ms_played: at === 3 ? null : 45_000,
        album_name: 'Debut',
      }),
    ]),
    play('2026-03-03 10:00:00', null, {
      kind: 'episode',
      track_name: 'One',
      artist_name: null,
      show_name: 'Show',
      track_uri: 'spotify:episode:e1',
    }),
    play('2026-03-03 11:00:00', null, { kind: 'episode', track_name: 'Two', artist_name: null, show_name: 'show' }),
  ]);
  await add('plays', [
    play('2026-03-02 10:00:00', null, { kind: 'audiobook_chapter', track_uri: 'spotify:chapter:c1', track_name: 'I', show_name: 'Book' }),
    play('2026-03-04 11:00:00', 't7', { track_name: 'song', artist_name: 'Björk' }),
    play('2026-03-05 11:00:00', null, { track_name: 'Hyper', artist_name: 'Nobody' }),
  ]);
  await add('export_files', [
    { account_id: 'me', file_sha256: 'f', record_count: 9, first_ended_at: '2025-11-21 00:00:00', last_ended_at: '2026-03-20 00:00:00' },
  ]);
  await add(
    'export_days',
    days.slice(0, 6).map((day) => ({ account_id: 'me', file_sha256: 'f', day, is_closed: true, is_spanned: true })),
  );
  await add('polls', [
    {
      account_id: 'you',
      observed_at: '2026-03-09 00:00:00',
      play_count: 50,
      oldest_played_at: '2026-03-08 00:00:00',
      newest_played_at: '2026-03-09 00:00:00',
    },
  ]);
  await add('saved_items', [
    {
      account_id: 'me',
      item_kind: 'track',
      item_uri: 'spotify:track:t1',
      item_id: 't1',
      added_at: '2026-01-31 23:30:00',
      _last_shown_at: '2026-02-01 00:00:00',
    },
    {
      account_id: 'me',
      item_kind: 'track',
      item_uri: 'spotify:track:t3',
      item_id: 't3',
      added_at: '2025-01-31 23:30:00',
      removed_at: '2026-02-01 00:00:00',
    },
  ]);
  const item = (playlist_id: string, id: string, more: Params = {}) => ({
    playlist_id,
    item_uri: `spotify:track:${id}`,
    item_kind: 'track',
    track_id: id,
    copy: 1,
    ...more,
  });
  await add('playlist_items', [
    item('p1', 't1', { added_at: '2026-01-01 00:00:00', seen_from: '2026-02-01 00:00:00' }),
    item('p1', 't9', { seen_from: '2026-02-01 00:00:00', removed_at: '2026-04-01 00:00:00' }),
    item('p1', 't8', { added_at: '2026-01-03 00:00:00' }),
    item('p2', 't2', { seen_from: '2026-02-02 00:00:00', _last_shown_at: '2026-05-02 00:00:00' }),
    item('export:me:x', 't2'),
  ]);
  await add('looks', [{ list_kind: 'playlist', list_id: 'p1', observed_at: '2026-06-01 00:00:00', is_complete: true }]);
  await add('popularity', [{ kind: 'track', id: 't1', observed_on: '2024-01-01', popularity: 50, source: 'web_api' }]);
  const request = (stream: string, status: number) => ({ account_id: 'me', stream, status, observed_at: '2026-11-20 00:00:00' });
  await add('api_requests', [request('profile', 200), request('saved_tracks', 500)]);
  const created_at = '2026-11-01T10:00:00Z';
  const rules = [
    { kind: 'exclude', artist: 'Nobody', created_at },
    { kind: 'exclude', track: 'spotify:track:t9', span: { from: '2026-03-02T00:00:00Z', to: '2026-03-05' }, created_at },
    { kind: 'count', counting: 'any', account: 'you', created_at },
    { kind: 'override', item: 'spotify:track:t3', set: { artist_name: 'Somebody', track_name: "It's" }, created_at },
    { kind: 'same_recording', tracks: ['spotify:track:t1', 'spotify:track:t3', 'spotify:track:gone'], created_at, note: 'same' },
    { kind: 'different_recordings', tracks: ['spotify:track:t4', 'spotify:track:t5'], created_at },
  ];
  for (const [at, rule] of rules.entries()) await store.put(`rules/r${at}.json`, Buffer.from(JSON.stringify(rule)));
  const tally = { read: 3, kept: 1, merged: 1, duplicate: 1, filtered: 0, quarantined: 0 };
  const streams = [{ account: 'me', stream: 'profile', requests: 1, ...tally, outcome: 'done', error: null }];
  const run = { runId: 'r1', verb: 'run', startedAt: '2026-11-01T10:00:00Z', finishedAt: '2026-11-01T10:01:00Z', outcome: 'done' };
  await store.put(
    'runs/r1.json',
    Buffer.from(JSON.stringify({ ...run, exitCode: 0, catalogVersion: 7, total: tally, streams, outcomes: [] })),
  );
}
