import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTestLake, rawObject, testFolder } from './testing.ts';

const folder = testFolder();
const day = (n: number): Date => new Date(Date.UTC(2024, 0, 1 + n));
const uris = (kind: string, ids: readonly string[]) => ids.map((id) => ({ uri: `spotify:${kind}:${id}`, name: id }));
const library = (n: number, sections: object) => rawObject(folder, 'exported_library', sections, day(n));
const playlists = (n: number, lists: readonly unknown[]) => rawObject(folder, 'exported_playlists', { playlists: lists }, day(n));
const song = (id: string, addedDate: string | null = null) => ({ track: { trackUri: `spotify:track:${id}` }, episode: null, addedDate });

describe('a library of an export', () => {
  it('is one complete look of each section, and followed artists are those of the Web API', async () => {
    const lake = await openTestLake(folder);
    const built = await lake.build([
      library(0, {
        tracks: [...uris('track', ['a', 'b', 'a']), null],
        albums: uris('album', ['x']),
        shows: [],
        artists: uris('artist', ['p']),
        bannedTracks: uris('track', ['z']),
        other: ['anything'],
      }),
    ]);
    expect(built.staged.map(({ tally }) => tally)).toEqual([{ read: 6, kept: 4, merged: 0, duplicate: 1, filtered: 1, quarantined: 0 }]);
    expect(await lake.rows('looks', 'list_kind, list_id, is_complete, item_count')).toEqual([
      { list_kind: 'exported_saved_albums', list_id: 'me', is_complete: true, item_count: 1n },
      { list_kind: 'exported_saved_shows', list_id: 'me', is_complete: true, item_count: 0n },
      { list_kind: 'exported_saved_tracks', list_id: 'me', is_complete: false, item_count: 3n },
      { list_kind: 'followed_artists', list_id: 'me', is_complete: true, item_count: 1n },
    ]);
    expect(await lake.rows('saved_items', 'item_kind, item_id, added_at, _is_exported')).toEqual([
      { item_kind: 'album', item_id: 'x', added_at: null, _is_exported: true },
      { item_kind: 'track', item_id: 'a', added_at: null, _is_exported: true },
      { item_kind: 'track', item_id: 'b', added_at: null, _is_exported: true },
    ]);
    expect(await lake.rows('followed_artists', 'artist_id')).toEqual([{ artist_id: 'p' }]);
    lake.close();
  });
});

describe('playlists of an export', () => {
  it('are known by account and name, namesakes by their number, and keep order, copies and what is no track', async () => {
    const lake = await openTestLake(folder);
    const others = [
      { track: null, episode: { episodeUri: 'spotify:episode:e' }, audiobook: null, localTrack: null, addedDate: '2023-05-06' },
      { track: null, episode: null, audiobook: null, localTrack: { uri: 'spotify:local:One:Album:Song:200' } },
      { track: null, episode: null, localTrack: null, addedDate: '1970-01-01' },
    ];
    const built = await lake.build([
      playlists(0, [
        { name: 'Mix', description: '', items: [song('a', '2023-01-02'), song('a', '2023-01-02'), ...others] },
        { name: 'Mix', items: [null] },
        null,
        { name: 'Empty', description: 'Nothing', items: [] },
      ]),
    ]);
    expect(built.staged.map(({ tally }) => tally)).toEqual([{ read: 7, kept: 5, merged: 0, duplicate: 0, filtered: 2, quarantined: 0 }]);
    const [empty, mix, second] = await lake.rows('playlists', 'name, playlist_id, description, items_total');
    expect([empty?.name, empty?.description, mix?.name, mix?.items_total]).toEqual(['Empty', 'Nothing', 'Mix', 5n]);
    expect(mix?.playlist_id).toMatch(/^export:me:[0-9a-f]{16}$/);
    expect(second?.playlist_id).toBe(`${mix?.playlist_id}-2`);
    expect(await lake.rows('playlist_items', 'position, item_uri, item_kind, added_at::varchar as added, copy')).toEqual([
      { position: 0n, item_uri: 'spotify:track:a', item_kind: 'track', added: '2023-01-02 00:00:00', copy: 1n },
      { position: 1n, item_uri: 'spotify:track:a', item_kind: 'track', added: '2023-01-02 00:00:00', copy: 2n },
      { position: 2n, item_uri: 'spotify:episode:e', item_kind: 'episode', added: '2023-05-06 00:00:00', copy: 1n },
      { position: 3n, item_uri: 'spotify:local:One:Album:Song:200', item_kind: 'local', added: null, copy: 1n },
      { position: 4n, item_uri: 'unavailable', item_kind: 'unavailable', added: null, copy: 1n },
    ]);
    expect(await lake.rows('looks', 'list_kind, is_complete, item_count')).toEqual([
      { list_kind: 'playlist', is_complete: false, item_count: 0n },
      { list_kind: 'playlist', is_complete: true, item_count: 0n },
      { list_kind: 'playlist', is_complete: true, item_count: 5n },
    ]);
    lake.close();
  });
});

const anyExport = fc.record({
  at: fc.integer({ min: 0, max: 6 }),
  tracks: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
  isDated: fc.boolean(),
  items: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 }),
});

describe('lists of exports and of the Web API together', () => {
  it('give the same tables in any order and grouping', { timeout: 120_000 }, async () => {
    const looks = fc.uniqueArray(anyExport, { minLength: 2, maxLength: 5, selector: ({ at }) => at });
    await fc.assert(
      fc.asyncProperty(looks, fc.infiniteStream(fc.nat()), async (found, choices) => {
        const raws = found.flatMap(({ at, tracks, isDated, items }) => {
          const saved = tracks.map((id) => ({
            added_at: '2023-01-01T00:00:00Z',
            track: { id, uri: `spotify:track:${id}`, type: 'track' },
          }));
          const page = { items: saved, offset: 0, limit: 50, total: saved.length, next: null, previous: null };
          return isDated
            ? [rawObject(folder, 'saved_tracks', page, day(at))]
            : [
                library(at, { tracks: uris('track', tracks), artists: uris('artist', tracks) }),
                playlists(at, [{ name: 'P', items: items.map((id) => song(id)) }]),
              ];
        });
        const whole = await openTestLake(folder);
        await whole.build(raws);
        const pieces = await openTestLake(folder);
        const left = [...raws];
        const next = (): number => choices.next().value;
        while (left.length > 0) {
          const size = Math.min(left.length, 1 + (next() % 3));
          await pieces.build(Array.from({ length: size }, () => left.splice(next() % left.length, 1)).flat());
        }
        for (const table of ['looks', 'saved_items', 'followed_artists', 'playlist_items', 'playlists'])
          expect(await pieces.rows(table)).toEqual(await whole.rows(table));
        expect(await pieces.sums()).toEqual(await whole.sums());
        whole.close();
        pieces.close();
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });
});
