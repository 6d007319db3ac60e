import { describe, expect, it } from 'vitest';
import { openTestLake, rawObject, rawPages, testFolder } from './testing.ts';

const folder = testFolder();
const STAYS = 'item_uri, item_kind, track_id, episode_id, removed_at';
const look = (items: readonly unknown[], day: number) =>
  rawPages(folder, 'playlist_items', [
    {
      path: '/playlists/p1/items',
      at: `2026-01-0${day}T00:00:00Z`,
      body: { items, offset: 0, limit: 50, total: items.length, next: null, previous: null },
    },
  ]);
const element = (item: object) => ({ added_at: '2025-01-01T00:00:00Z', added_by: { id: 'u' }, item });

async function staysAfter(...looks: readonly (readonly unknown[])[]) {
  const lake = await openTestLake(folder);
  for (const [index, items] of looks.entries()) await lake.build([look(items, index + 1)]);
  const rows = await lake.rows('playlist_items', STAYS);
  lake.close();
  return rows;
}

describe('a stay', () => {
  it.each([
    ['loses its id beside the URI', { id: 't1', uri: 'spotify:track:t1', type: 'track' }, { id: null, uri: 'spotify:track:t1' }, 'track'],
    ['loses its URI beside the id', { id: 't1', uri: 'spotify:track:t1', type: 'track' }, { id: 't1', type: 'track' }, 'track'],
    ['loses its type', { id: 'e1', uri: 'spotify:episode:e1', type: 'episode' }, { id: 'e1', uri: 'spotify:episode:e1' }, 'episode'],
  ])('goes on when its item %s', async (_, before, after, kind) => {
    const rows = await staysAfter([element(before)], [element(after)]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ item_kind: kind, removed_at: null });
  });

  it('is not ended by a page that was asked for without who added what', async () => {
    const rows = await staysAfter(
      [element({ id: 't1', uri: 'spotify:track:t1', type: 'track' })],
      [{ added_at: '2025-01-01T00:00:00Z', item: { id: 't1', uri: 'spotify:track:t1', type: 'track' } }],
    );
    expect(rows.every(({ removed_at }) => removed_at === null)).toBe(true);
  });
});

describe('a body that the contract lets pass and DuckDB cannot read', () => {
  it('is set aside by itself; the others of its batch are read', async () => {
    const lake = await openTestLake(folder);
    const track = { id: 't1', uri: 'spotify:track:t1', type: 'track', name: 'A', artists: [] };
    const odd = rawObject(folder, 'saved_tracks', { href: 'https://api.spotify.com/v1/me/tracks', items: [], total: 1e30, offset: 0 });
    const good = rawObject(folder, 'saved_tracks', {
      href: 'https://api.spotify.com/v1/me/tracks',
      items: [{ added_at: '2025-01-01T00:00:00Z', track }],
      total: 1,
      offset: 0,
      next: null,
      previous: null,
    });
    const { staged } = await lake.build([odd, good]);
    expect(staged.map(({ tally }) => [tally.read, tally.kept, tally.quarantined])).toEqual([
      [1, 0, 1],
      [1, 1, 0],
    ]);
    expect(await lake.rows('quarantine', 'code, raw_line')).toEqual([{ code: 'bad_value', raw_line: 1n }]);
    expect(await lake.rows('tracks', 'track_id')).toEqual([{ track_id: 't1' }]);
    lake.close();
  });

  it('may hold NUL in what is told of it', async () => {
    const lake = await openTestLake(folder);
    const input = rawObject(folder, 'tracks', { id: 't1', uri: 'spotify:track:t1', type: 'track', name: 'A', artists: [] });
    const fault = { line: 1, list: '', item: null, field: 'a\0b', code: 'not_json', message: 'found \0' };
    await lake.build([{ ...input, stream: null, path: null, quarantined: [fault] }]);
    expect(await lake.rows('quarantine', 'count(*) as n')).toEqual([{ n: 1n }]);
    lake.close();
  });
});

describe('polls', () => {
  it('of two files with one date are two, together or one after the other', async () => {
    const poll = (minute: string) =>
      rawObject(folder, 'recently_played', {
        items: [
          {
            track: { id: 't1', uri: 'spotify:track:t1', type: 'track', name: 'A', artists: [] },
            played_at: `2026-03-01T11:0${minute}:00Z`,
            context: null,
          },
        ],
        next: null,
      });
    const both = [poll('1'), poll('2')];
    const [together, apart] = [await openTestLake(folder), await openTestLake(folder)];
    await together.build(both);
    for (const one of both) await apart.build([one]);
    expect(await together.rows('polls')).toHaveLength(2);
    expect(await apart.rows('polls')).toEqual(await together.rows('polls'));
    together.close();
    apart.close();
  });
});

describe('the queue', () => {
  it('hands over what plays now, too', async () => {
    const lake = await openTestLake(folder);
    const track = (id: string) => ({ id, uri: `spotify:track:${id}`, type: 'track', name: id, artists: [] });
    const { staged } = await lake.build([rawObject(folder, 'queue', { currently_playing: track('t1'), queue: [track('t2')] })]);
    expect(staged[0]?.tally).toMatchObject({ read: 2, kept: 2 });
    lake.close();
  });
});
