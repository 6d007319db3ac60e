import { describe, expect, it } from 'vitest';
import { STORED_TABLES } from '../tables/star-schema.ts';
import { storedColumns } from '../tables/stored.ts';
import type { StageInput } from './stage.ts';
import { openTestLake, rawObject, rawPages, testFolder } from './testing.ts';

const folder = testFolder();
const track = (id: string, more: object = {}) => ({
  id,
  uri: `spotify:track:${id}`,
  type: 'track',
  name: `Song ${id}`,
  duration_ms: 200_000,
  explicit: false,
  is_local: false,
  artists: [{ id: 'a1', uri: 'spotify:artist:a1', name: 'One' }],
  album: {
    id: 'al1',
    uri: 'spotify:album:al1',
    name: 'Album',
    album_type: 'album',
    release_date: '1981',
    release_date_precision: 'year',
    artists: [],
  },
  external_ids: { isrc: 'DEAAA0000001' },
  ...more,
});
const play = (id: string, played_at: string, more: object = {}) => ({ track: track(id), played_at, context: null, ...more });
const played = (items: readonly unknown[], at = '2026-03-01T12:00:00Z') =>
  rawPages(folder, 'recently_played', [{ path: '/me/player/recently-played', at, body: { items, next: null, cursors: null, limit: 50 } }]);

async function tables(inputs: readonly (readonly StageInput[])[]) {
  const lake = await openTestLake(folder);
  const built = [];
  for (const batch of inputs) built.push(await lake.build(batch));
  return { lake, built };
}

describe('polled plays', () => {
  it('keep each play once, however often it was polled, and count every record', async () => {
    const early = [play('t2', '2026-03-01T11:05:00.100Z'), play('t1', '2026-03-01T11:00:00.000Z')];
    const late = [play('t3', '2026-03-01T12:30:00.000Z'), ...early];
    const { lake, built } = await tables([[played(early)], [played(late, '2026-03-01T13:00:00Z')]]);
    expect(built.map(({ staged }) => staged[0]?.tally)).toEqual([
      { read: 2, kept: 2, merged: 0, duplicate: 0, filtered: 0, quarantined: 0 },
      { read: 3, kept: 1, merged: 0, duplicate: 2, filtered: 0, quarantined: 0 },
    ]);
    expect(await lake.rows('plays', 'track_id')).toEqual([{ track_id: 't1' }, { track_id: 't2' }, { track_id: 't3' }]);
    expect(await lake.rows('play_evidence', 'sum(copy_count + 1) as records, count(*) as rows')).toEqual([
      { records: expect.anything(), rows: 3n },
    ]);
    lake.close();
  });

  it('keep two songs with one played_at, and one song played twice', async () => {
    const { lake } = await tables([
      [played([play('t1', '2026-03-01T11:00:00.000Z'), play('t2', '2026-03-01T11:00:00.000Z'), play('t1', '2026-03-01T11:04:00.000Z')])],
    ]);
    expect(await lake.rows('plays', 'count(*) as n')).toEqual([{ n: 3n }]);
    lake.close();
  });

  it('take the first in content order of two records that differ in their context alone, and judge anew when it arrives late', async () => {
    const without = play('t1', '2026-03-01T11:00:00.000Z');
    const within = { ...without, context: { uri: 'spotify:album:al1' } };
    const { lake, built } = await tables([[played([without])], [played([within])]]);
    expect(built[1]?.judgedAnew).toMatchObject([{ from: 'kept', to: 'duplicate', count: 1 }]);
    expect(await lake.rows('plays', 'context_uri, evidence_count')).toEqual([{ context_uri: 'spotify:album:al1', evidence_count: 2n }]);
    lake.close();
  });
});

describe('playlist items', () => {
  it('keep null, local, episode and repeated items, and read item before track', async () => {
    const local = { id: null, uri: 'spotify:local:Someone:Demo:Take+1:181', type: 'track', name: 'Take 1', is_local: true, artists: [] };
    const items = [
      { added_at: null, added_by: { id: '' }, is_local: false, track: null },
      { added_at: '2025-01-01T00:00:00Z', added_by: { id: 'u' }, is_local: true, track: local },
      {
        added_at: '2025-01-02T00:00:00Z',
        added_by: { id: 'u' },
        item: { id: 'e1', uri: 'spotify:episode:e1', type: 'episode', name: 'Talk' },
      },
      { added_at: '2025-01-03T00:00:00Z', added_by: { id: 'u' }, item: track('t1'), track: track('t2') },
      { added_at: '2025-01-03T00:00:00Z', added_by: { id: 'u' }, item: track('t1') },
      null,
    ];
    const body = { items, offset: 0, limit: 50, total: 6, next: null, previous: null };
    const { lake, built } = await tables([
      [rawPages(folder, 'playlist_items', [{ path: '/playlists/p1/items', at: '2026-01-01T00:00:00Z', body }])],
    ]);
    expect(built[0]?.staged[0]?.tally).toEqual({ read: 6, kept: 5, merged: 0, duplicate: 0, filtered: 1, quarantined: 0 });
    expect(await lake.rows('playlist_items', 'position, item_kind, item_uri, copy')).toEqual([
      { position: 0n, item_kind: 'unavailable', item_uri: 'unavailable', copy: 1n },
      { position: 1n, item_kind: 'local', item_uri: local.uri, copy: 1n },
      { position: 2n, item_kind: 'episode', item_uri: 'spotify:episode:e1', copy: 1n },
      { position: 3n, item_kind: 'track', item_uri: 'spotify:track:t1', copy: 1n },
      { position: 4n, item_kind: 'track', item_uri: 'spotify:track:t1', copy: 2n },
    ]);
    expect(await lake.rows('tracks', 'track_id')).toEqual([{ track_id: 't1' }]);
    lake.close();
  });
});

describe('a look with an element that was set aside', () => {
  const saved = (ids: readonly (string | null)[], at: string) =>
    rawPages(folder, 'saved_tracks', [
      {
        path: '/me/tracks',
        at,
        body: {
          items: ids.map((id) => (id === null ? null : { added_at: '2025-01-01T00:00:00Z', track: track(id) })),
          offset: 0,
          total: ids.length,
          next: null,
          previous: null,
        },
      },
    ]);

  it('shows what it shows and proves no absence', async () => {
    const fault = { line: 1, list: 'items', item: 1, field: 'track.name', code: 'wrong_type', message: 'expected a string' };
    const { lake } = await tables([
      [saved(['t1', 't2'], '2026-01-01T00:00:00Z')],
      [{ ...saved(['t1', null], '2026-01-02T00:00:00Z'), quarantined: [fault] }],
    ]);
    expect(await lake.rows('saved_items', 'item_id, removed_at')).toEqual([
      { item_id: 't1', removed_at: null },
      { item_id: 't2', removed_at: null },
    ]);
    expect(await lake.rows('looks', 'is_complete, item_count')).toEqual([
      { is_complete: false, item_count: 1n },
      { is_complete: true, item_count: 2n },
    ]);
    lake.close();
  });
});

describe('answers of the Web API', () => {
  it('are listed one by one, whatever their status', async () => {
    const { lake } = await tables([[played([play('t1', '2026-03-01T11:00:00.000Z')])]]);
    expect(await lake.rows('api_requests', 'account_id, stream, method, path, status, raw_line')).toEqual([
      { account_id: 'me', stream: 'recently_played', method: 'GET', path: '/me/player/recently-played', status: 200n, raw_line: 1n },
    ]);
    lake.close();
  });
});

describe('release dates', () => {
  it.each([
    ['1981', '1981-01-01'],
    ['1981-12', '1981-12-01'],
    ['1981-12-05', '1981-12-05'],
    ['0000', null],
    ['soon', null],
    [null, null],
  ])('%s means %s', async (release_date, day) => {
    const album = {
      id: 'al1',
      uri: 'spotify:album:al1',
      name: 'Album',
      album_type: 'album',
      release_date,
      release_date_precision: 'year',
      artists: [],
    };
    const { lake } = await tables([[rawObject(folder, 'albums', album)]]);
    expect(await lake.rows('albums', 'release_date, released_on::varchar as released_on')).toEqual([{ release_date, released_on: day }]);
    lake.close();
  });
});

describe('records set aside', () => {
  it('are listed with their place and never counted as null elements', async () => {
    const input = rawPages(folder, 'recently_played', [
      {
        path: '/me/player/recently-played',
        at: '2026-03-01T12:00:00Z',
        body: { items: [null, play('t1', '2026-03-01T11:00:00.000Z'), null], next: null },
      },
    ]);
    const fault = {
      line: 1,
      list: 'items',
      item: 2,
      field: 'track.duration_ms',
      code: 'wrong_type',
      message: 'expected a number, found text',
    };
    const { lake, built } = await tables([[{ ...input, quarantined: [fault] }]]);
    expect(built[0]?.staged[0]?.tally).toEqual({ read: 3, kept: 1, merged: 0, duplicate: 0, filtered: 1, quarantined: 1 });
    expect(await lake.rows('quarantine', 'field, raw_line, raw_item, code')).toEqual([
      { field: 'items.track.duration_ms', raw_line: 1n, raw_item: 2n, code: 'wrong_type' },
    ]);
    lake.close();
  });
});

describe('stored tables', () => {
  it('have exactly the columns and types that the star schema declares', async () => {
    const { lake } = await tables([
      [
        played([play('t1', '2026-03-01T11:00:00.000Z')]),
        rawObject(folder, 'tracks', track('t9', { popularity: 5 }), new Date('2026-01-01T00:00:00Z')),
        rawObject(folder, 'profile', { id: 'me', account_id: 'x', uri: 'spotify:user:me' }),
        rawPages(folder, 'saved_tracks', [
          {
            path: '/me/tracks',
            at: '2026-01-01T00:00:00Z',
            body: { items: [{ added_at: '2025-01-01T00:00:00Z', track: track('t1') }], offset: 0, total: 1, next: null, previous: null },
          },
        ]),
      ],
    ]);
    for (const table of STORED_TABLES) {
      const [row] = await lake.describe(table.name);
      if (row === undefined) continue;
      expect(await lake.describe(table.name)).toEqual(
        storedColumns(table).map(({ name, type }) => ({ name, type: type.replaceAll(/STRUCT\((.*)\)\[\]/g, 'STRUCT($1)[]') })),
      );
    }
    lake.close();
  });
});
