import { describe, expect, it } from 'vitest';
import { checkFile, newestDay, recogniseExportedLists } from './lists.ts';

describe('a list file of an export', () => {
  it.each([
    ['a library', { tracks: [], albums: [], bannedTracks: [] }, 'exported_library'],
    ['a library without what was hidden', { tracks: [{ uri: 'spotify:track:a' }], artists: [] }, 'exported_library'],
    ['a library with sections nobody knows yet', { tracks: [], other: [], somethingNew: {} }, 'exported_library'],
    ['playlists', { playlists: [{ name: 'Mix', items: [] }] }, 'exported_playlists'],
    ['no playlist', { playlists: [] }, 'exported_playlists'],
    ['a batch of the Web API', { tracks: [{ id: 'a', type: 'track' }] }, null],
    ['two batches of the Web API in one', { tracks: [{ id: 'a' }], albums: [{ id: 'b' }] }, null],
    ['an album', { id: 'a', type: 'album', tracks: { items: [] }, artists: [] }, null],
    ['a search', { playlists: { items: [] } }, null],
    ['a list', [], null],
  ])('is told by its shape: %s', (_, body, expected) => {
    expect(recogniseExportedLists(body)).toBe(expected);
  });

  const faults = (stream: string, body: unknown): readonly string[] =>
    checkFile(stream, body).violations.map(({ record, field, code }) => `${record.join('.')} ${field} ${code}`);

  it('has a record for each thing of a library, and what is not read is none', () => {
    const body = {
      tracks: [{ uri: 'spotify:track:a' }, null, { track: 'old' }],
      albums: {},
      artists: [{ uri: '' }],
      other: ['x'],
      bannedTracks: [1],
    };
    expect(checkFile('exported_library', body).records).toBe(5);
    expect(faults('exported_library', body)).toEqual(['tracks.2 uri missing_field', 'albums  wrong_type', 'artists.0 uri bad_value']);
  });

  it('has a record for each item of a playlist, and one for a playlist that cannot be read', () => {
    const body = {
      playlists: [
        {
          name: 'a',
          items: [{ track: { trackUri: 'spotify:track:a' } }, { track: { trackName: 'old' } }, { addedDate: null }, {}, 3, null],
        },
        {
          name: 'b',
          items: [
            { track: null, addedDate: '2024-02-30' },
            { audiobook: { uri: 'spotify:show:b' }, addedDate: '1970-01-01' },
          ],
        },
        { items: [] },
        { name: '\ud800', items: [] },
        null,
      ],
    };
    expect(checkFile('exported_playlists', body).records).toBe(11);
    expect(faults('exported_playlists', body)).toEqual([
      'playlists.0.items.1 track.trackUri missing_field',
      'playlists.0.items.3 track missing_field',
      'playlists.0.items.4  wrong_type',
      'playlists.1.items.0 addedDate bad_value',
      'playlists.2 name missing_field',
      'playlists.3 name lone_surrogate',
    ]);
  });

  it.each([
    ['exported_library', []],
    ['exported_playlists', { playlists: 3 }],
  ])('of another shape is one record at fault: %s', (stream, body) => {
    const { records, violations } = checkFile(stream, body);
    expect([records, violations.length]).toEqual([1, 1]);
  });

  it('is as old as the newest day it names', () => {
    const body = { playlists: [{ lastModifiedDate: '2024-03-01', items: [{ addedDate: '2024-03-04' }, { addedDate: '2024-99-99' }] }] };
    expect(newestDay(body)?.toISOString()).toBe('2024-03-04T00:00:00.000Z');
    expect(newestDay({ tracks: [] })).toBeNull();
  });
});
