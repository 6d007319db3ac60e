import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBody } from './contract.ts';
import { episode, playlist, savedTrack, track } from './fixtures/objects.ts';
import { recordsOf } from './records.ts';
import { STREAM_NAMES } from './types.ts';

const faults = (stream: string, body: unknown): readonly string[] =>
  checkBody(stream, body).violations.map(({ record, field, code }) => `${record.join('.')} ${field} ${code}`);

const saved = (element: unknown): unknown => ({ items: [element] });

describe('records are', () => {
  it.each([
    ['saved_tracks', { items: [savedTrack('a'), null] }, ['items.0', 'items.1']],
    ['followed_artists', { artists: { items: [{ id: 'x' }] } }, ['artists.items.0']],
    [
      'search',
      { tracks: { items: [track('a')] }, playlists: { items: [null, playlist('p')] } },
      ['tracks.items.0', 'playlists.items.0', 'playlists.items.1'],
    ],
    ['tracks', { tracks: [track('a'), null] }, ['tracks.0', 'tracks.1']],
    ['tracks', track('a'), ['']],
    ['albums', { albums: [] }, []],
    ['new_releases', { albums: { items: [{ id: 'x' }] } }, ['albums.items.0']],
    ['playlists', { ...playlist('p'), items: { items: [{ added_at: null, item: null }] } }, ['', 'items.items.0']],
    ['playlists', { ...playlist('p'), tracks: { items: [{ added_at: null, track: null }] } }, ['', 'tracks.items.0']],
    ['playlists', playlist('p'), ['']],
    ['queue', { currently_playing: null, queue: [track('a')] }, ['queue.0']],
    ['queue', { currently_playing: track('b'), queue: [episode('e')] }, ['currently_playing', 'queue.0']],
    ['currently_playing', null, []],
  ] as const)('of %s, in %j', (stream, body, expected) => {
    expect(recordsOf(stream, body)?.map(({ path }) => path.join('.'))).toEqual(expected);
    expect(checkBody(stream, body)).toEqual({ records: expected.length, violations: [] });
  });

  it('the whole body, and at fault, where the list is missing', () => {
    expect(checkBody('saved_tracks', { total: 3 })).toEqual({
      records: 1,
      violations: [{ record: [], field: '', code: 'missing_field', message: "expected the stream's list, found an object" }],
    });
  });
});

describe('nothing is wrong with', () => {
  it.each([
    ['unknown fields', { ...savedTrack('a'), surprise: { deep: [1, 'x'] } }],
    ['fields that Spotify dropped', { added_at: '2020-01-01T00:00:00Z', track: { id: 'a' } }],
    ['null where a field may be null', { added_at: null, track: { ...track('a'), popularity: null, external_ids: null, album: null } }],
    ['release dates of any text', { ...savedTrack('a'), track: { ...track('a'), album: { id: 'x', release_date: '0000' } } }],
  ])('%s', (_, element) => {
    expect(faults('saved_tracks', saved(element))).toEqual([]);
  });

  it.each([
    ['an unavailable item', { added_at: '2020-01-01T00:00:00Z', added_by: { id: '' }, track: null }],
    ['an item under its new name', { added_at: '2020-01-01T00:00:00Z', item: track('a') }],
    ['an item that the answer leaves out', { added_at: '2020-01-01T00:00:00Z', is_local: false }],
    ['an episode', { added_at: '2020-01-01T00:00:00Z', track: episode('e') }],
    ['a very old item', { added_at: '1970-01-01T00:00:00Z', track: track('a') }],
    [
      'a local file',
      {
        added_at: null,
        is_local: true,
        track: {
          ...track('a'),
          id: null,
          is_local: true,
          uri: 'spotify:local:a:b:c:12',
          album: { id: null, name: null, album_type: null },
        },
      },
    ],
    ['a withdrawn track without an id', { added_at: null, track: { ...track('a'), id: null } }],
  ])('%s in a playlist', (_, element) => {
    expect(faults('playlist_items', saved(element))).toEqual([]);
  });
});

describe('what is wrong is told by record, field and code', () => {
  const withTrack = (change: object): unknown => saved({ added_at: '2020-01-01T00:00:00Z', track: { ...track('a'), ...change } });

  it.each([
    ['an id that is missing', { id: undefined }, 'track.id missing_field'],
    ['an empty id', { id: '' }, 'track.id bad_value'],
    ['no id on what is no local file', { id: null }, 'track.id bad_value'],
    ['a number as text', { duration_ms: '1000' }, 'track.duration_ms wrong_type'],
    ['a negative length', { duration_ms: -1 }, 'track.duration_ms bad_value'],
    ['half a millisecond', { duration_ms: 0.5 }, 'track.duration_ms bad_value'],
    ['a number that is not exact', { duration_ms: 2 ** 53 }, 'track.duration_ms bad_value'],
    ['a flag as a number', { explicit: 1 }, 'track.explicit wrong_type'],
    ['an album without substance', { album: 'x' }, 'track.album wrong_type'],
    ['a fault deep in the album', { album: { id: 'x', artists: [{ id: 'y' }, { id: 7 }] } }, 'track.album.artists.1.id wrong_type'],
    ['half a surrogate pair in a name', { name: 'a\ud83c' }, 'track.name lone_surrogate'],
    ['half a surrogate pair in a field that no table reads', { preview_url: '\udc00' }, 'track.preview_url lone_surrogate'],
    ['half a surrogate pair in the name of a field', { 'x\ud800': 1 }, 'track.x� lone_surrogate'],
  ])('%s', (_, change, expected) => {
    expect(faults('saved_tracks', withTrack(change))).toEqual([`items.0 ${expected}`]);
  });

  it.each([
    '2020-01-01',
    'yesterday',
    '2020-02-30T00:00:00Z',
    '2005-12-31T23:59:59Z',
    '2101-01-01T00:00:00Z',
    '2020-01-01T24:00:00Z',
    '2020-01-01T00:00:00',
  ])('a play at %s', (played_at) => {
    expect(faults('recently_played', saved({ played_at, track: track('a') }))).toEqual(['items.0 played_at bad_value']);
  });

  it('a play at the start of 1970, which only playlist items carry', () => {
    expect(faults('recently_played', saved({ played_at: '1970-01-01T00:00:00Z', track: track('a') }))).toEqual([
      'items.0 played_at bad_value',
    ]);
  });

  it('a play without a track', () => {
    expect(faults('recently_played', saved({ played_at: '2020-01-01T00:00:00Z', track: null }))).toEqual(['items.0 track wrong_type']);
  });

  it('a fault in an episode of a playlist, and in nothing beside it', () => {
    const items = [
      { added_at: null, item: track('a') },
      { added_at: null, item: { ...episode('e'), duration_ms: 'long' } },
      { surprise: 1 },
    ];
    expect(faults('playlist_items', { items })).toEqual(['items.1 item.duration_ms wrong_type', 'items.2 item missing_field']);
  });

  it('a fault in an item embedded in a playlist, which leaves the playlist itself whole', () => {
    const items = { total: 2, items: [{ added_at: null, item: { ...track('a'), name: '\ud800' } }, { added_at: 5 }] };
    expect(faults('playlists', { ...playlist('p'), items })).toEqual([
      'items.items.0 item.name lone_surrogate',
      'items.items.1 added_at wrong_type',
    ]);
  });

  it('with 200 characters of the value at most, in well-formed text', () => {
    const [violation] = checkBody('saved_tracks', withTrack({ name: `\ud800${'x'.repeat(1000)}` })).violations;
    expect(violation?.message.length).toBeLessThan(250);
    expect(violation?.message).toBe(Buffer.from(violation?.message ?? '').toString());
  });

  it('once for each field, and for twenty fields at most', () => {
    const artists = Array.from({ length: 100 }, () => ({ id: 7 }));
    expect(checkBody('saved_tracks', withTrack({ artists })).violations).toHaveLength(20);
  });
});

it('a body nested without end is at fault and does no harm', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`);
  expect(checkBody('profile', { id: 'x', deep }).violations.map(({ code }) => code)).toEqual(['bad_value']);
});

it('there is no contract for what is no stream', () => {
  expect(() => checkBody('unplaced', {})).toThrowError(expect.objectContaining({ code: 'internal' }));
});

it('any JSON under any stream is judged without an error, and each violation lies in a record', () => {
  fc.assert(
    fc.property(fc.constantFrom(...STREAM_NAMES), fc.jsonValue(), (stream, body) => {
      const { records, violations } = checkBody(stream, body);
      const paths = new Set((recordsOf(stream, body) ?? [{ path: [] }]).map(({ path }) => path.join('.')));
      expect(records).toBe(paths.size);
      expect(violations.filter(({ record }) => !paths.has(record.join('.')))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
