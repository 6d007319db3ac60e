import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TABLES } from '../tables/star-schema.ts';
import { REPORTS, reportNamed } from './reports.ts';
import { createReportLake, dimension, type Params, play, type ReportLake } from './testing.ts';

let lake: ReportLake;
let emptyLake: ReportLake;

beforeAll(async () => {
  emptyLake = await createReportLake(async () => undefined);
  lake = await createReportLake(async ({ add, store }) => {
    await add('tracks', [dimension({ track_id: 't1', name: 'Song', isrc: 'ISX', album_id: 'b1', _artist_ids: ['a1', 'a2'] })]);
    await add('artists', [dimension({ artist_id: 'a1', name: 'Björk' })]);
    await add('albums', [dimension({ album_id: 'b1', name: 'Post', released_on: '1995-06-13', total_tracks: 11, _artist_ids: ['a1'] })]);
    await add('plays', [
      play('2025-11-21 10:00:00', 't1', { album_name: 'Post' }),
      play('2026-03-01 10:00:00', null, {
        kind: 'episode',
        track_name: 'One',
        artist_name: null,
        show_name: 'Show',
        track_uri: 'spotify:episode:e1',
      }),
    ]);
    await add('plays', [
      play('2026-03-02 10:00:00', null, { kind: 'audiobook_chapter', track_uri: 'spotify:chapter:c1', track_name: 'I', show_name: 'Book' }),
      play('2026-03-02 11:00:00', 't7', { track_name: 'song', artist_name: 'Björk' }),
    ]);
    const rule = { kind: 'exclude', artist: 'Nobody', created_at: '2026-11-01T10:00:00Z' };
    await store.put('rules/exclude-artist-4k2x.json', Buffer.from(JSON.stringify(rule)));
    await add('saved_items', [{ account_id: 'me', item_kind: 'track', item_uri: 'a', added_at: '2026-01-31 23:30:00' }]);
    await add('playlists', [dimension({ playlist_id: 'p1', name: 'Mix', owner_name: 'Ana' })]);
    await add('playlist_items', [
      { playlist_id: 'p1', item_uri: 'spotify:track:t1', item_kind: 'track', track_id: 't1', copy: 1, seen_from: '2026-02-01 00:00:00' },
      { playlist_id: 'p2', item_uri: 'spotify:track:t1', item_kind: 'track', track_id: 't1', copy: 1, seen_from: '2026-02-02 00:00:00' },
      { playlist_id: 'p2', item_uri: 'spotify:track:t9', item_kind: 'track', track_id: 't9', copy: 1, seen_from: '2026-02-02 00:00:00' },
    ]);
    await add('popularity', [{ kind: 'track', id: 't1', observed_on: '2024-01-01', popularity: 50, source: 'web_api' }]);
    const tally = { read: 3, kept: 1, merged: 1, duplicate: 1, filtered: 0, quarantined: 0 };
    const run = { runId: 'r1', verb: 'run', startedAt: '2026-11-01T10:00:00Z', finishedAt: '2026-11-01T10:01:00Z', outcome: 'done' };
    const body = { ...run, exitCode: 0, catalogVersion: 7, total: tally, streams: [], outcomes: [] };
    await store.put('runs/r1.json', Buffer.from(JSON.stringify(body)));
  });
});
afterAll(() => Promise.all([lake.close(), emptyLake.close()]));

/** Parameters without which a report cannot be asked. */
const NEEDED: Readonly<Record<string, Params>> = { discography: { artist: 'Björk' } };

/** The engine's word for what a row type says. */
function logicalOf(type: z.core.$ZodType): string {
  const inner = type instanceof z.ZodNullable ? type.unwrap() : type;
  if (inner instanceof z.ZodISODateTime) return 'timestamp';
  if (inner instanceof z.ZodISODate) return 'date';
  if (inner instanceof z.ZodBoolean) return 'boolean';
  if (inner instanceof z.ZodNumber) return inner.format === 'safeint' ? 'integer' : 'double';
  return inner instanceof z.ZodString ? 'text' : 'unknown';
}

/** Table macros of the engine and what it keeps for a session, and the tables behind each. */
const BEHIND: Readonly<Record<string, readonly string[]>> = {
  playlist_stays: ['playlist_items'],
  shown_plays: ['plays', 'hidden_plays', 'rules'],
  'kept.items': ['plays_yearly', 'rules', 'tracks', 'episodes'],
  'kept.item_sums': ['plays_yearly'],
  'kept.heard': ['plays', 'plays_yearly', 'hidden_plays'],
  'kept.file_plays': ['plays', 'hidden_plays', 'rules'],
  'kept.file_lengths': ['tracks', 'episodes'],
  'kept.sessions': ['plays', 'tracks', 'episodes', 'hidden_plays', 'rules'],
  'kept.hour_sums': ['plays_hourly', 'plays', 'hidden_plays'],
  'kept.played_tracks': ['plays_yearly', 'track_recordings', 'tracks', 'albums', 'artists'],
  'kept.known_artists': ['artists'],
  'kept.known_albums': ['albums', 'album_artists', 'artists'],
  'kept.item_artists': ['plays_yearly', 'rules', 'tracks', 'track_recordings', 'albums', 'artists'],
  'kept.item_albums': ['plays_yearly', 'rules', 'tracks', 'track_recordings', 'albums', 'album_artists', 'artists'],
  'kept.shown_albums': ['albums', 'album_artists', 'artists'],
  'kept.item_recordings': ['plays_yearly', 'track_recordings', 'tracks', 'artists', 'track_artists', 'rules'],
  'kept.stays': ['playlist_items'],
  'kept.lists': ['playlist_items'],
  'kept.members': ['playlist_items', 'track_recordings'],
  'kept.newest_seen': ['api_requests', 'looks', 'plays'],
  'kept.suggestions': ['artists', 'plays_yearly', 'rules', 'tracks', 'track_artists', 'track_recordings'],
  'kept.named_recordings': ['tracks', 'track_recordings', 'track_artists', 'artists', 'plays_yearly', 'rules'],
};

describe.each(REPORTS.map((report) => [report.name, report] as const))('%s', (name, report) => {
  it('gives rows of its row type, column by column', async () => {
    const { columns, rows, coverage, note } = await lake.ask(name, NEEDED[name]);
    const declared = Object.entries(report.row.shape).map(([column, type]) => ({ name: column, type: logicalOf(type) }));
    expect(columns).toEqual(declared);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) report.row.parse(Object.fromEntries(columns.map((column, at) => [column.name, row[at]])));
    expect({ coverage, note }).toEqual({ coverage: report.coverage, note: null });
  });

  it('has no rows over an empty lake, says what that means, and takes less than a second', async () => {
    const { rows, note, ms } = await emptyLake.ask(name, NEEDED[name]);
    expect({ rows, note }).toEqual({ rows: [], note: report.whenEmpty });
    expect(ms).toBeLessThan(1000);
  });

  it('reads the tables it says and no other', () => {
    const words = [...report.sql.duckdb.replaceAll(/--.*/g, '').matchAll(/\b(?:from|join) ([\w.]+)/g)].flatMap(
      ([, word = '']) => BEHIND[word] ?? [word],
    );
    const read = TABLES.map((table) => table.name).filter((table) => words.includes(table));
    expect([...report.reads].sort()).toEqual(read.sort());
  });

  it('says "at least" or "at most" where it counts plays, and only there', () => {
    const isAboutPlays = report.reads.includes('plays') && !['freshness', 'rules', 'recording-suggestions'].includes(name);
    expect(report.content !== null).toBe(isAboutPlays);
    expect(['at-least', 'at-most'].includes(report.coverage)).toBe(isAboutPlays);
  });

  it('takes the counting rule wherever it counts plays', () => {
    // What rules do is told by the rules alone.
    const isAsked = report.sql.duckdb.includes('is_counted') && name !== 'rules';
    expect('counting' in report.params.shape).toBe(isAsked);
  });
});

describe('a wrong word', () => {
  it.each([
    [{ limt: 5 }, 'top-tracks: no parameter limt', 'Did you mean limit?'],
    [
      { limit: 'many' },
      'top-tracks: limit is "many", expected a whole number, 1 to 10000',
      'Parameters: from, to, account, time_zone, counting, by, limit.',
    ],
    [{ from: '1.1.2026' }, 'top-tracks: from is "1.1.2026", expected a day, such as 2026-01-31', 'Parameters:'],
    [{ time_zone: 'Berlin' }, 'time_zone is "Berlin", expected a time zone, such as Europe/Berlin', 'Parameters:'],
    [{ counting: 'all' }, 'counting is "all", expected any, 30s, completed or half', 'Parameters:'],
  ])('%j is a usage error', async (params, message, hint) => {
    await expect(lake.rows('top-tracks', params)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });

  it('is also one that is not said', async () => {
    await expect(lake.rows('discography')).rejects.toMatchObject({ code: 'usage', message: 'discography: artist is missing' });
  });

  it('for a report is answered with the one that was meant', () => {
    expect(() => reportNamed('top-track')).toThrow(expect.objectContaining({ code: 'usage', hint: 'Did you mean top-tracks?' }));
  });
});
