import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReportLake, dimension, play, type ReportLake } from './testing.ts';

let lake: ReportLake;

beforeAll(async () => {
  lake = await createReportLake(async ({ add }) => {
    await add('tracks', [
      dimension({ track_id: 't1', name: 'Venus', isrc: 'ISX', album_id: 'b1', disc_number: 1, track_number: 1, _artist_ids: ['a1'] }),
      dimension({ track_id: 't2', name: 'Isobel', album_id: 'b1', disc_number: 1, track_number: 2, _artist_ids: ['a1'] }),
      dimension({ track_id: 't3', name: 'Venus', isrc: 'ISX', album_id: 'b2', disc_number: 1, track_number: 5, _artist_ids: ['a1'] }),
      dimension({ track_id: 't4', name: 'Someone else', album_id: 'b2', _artist_ids: ['a2'] }),
      dimension({ track_id: 't5', name: 'Duet', album_id: 'b4', _artist_ids: ['a2', 'a1'] }),
    ]);
    await add('artists', [dimension({ artist_id: 'a1', name: 'AC/DC' }), dimension({ artist_id: 'a2', name: 'Other' })]);
    await add('albums', [
      dimension({ album_id: 'b1', name: 'Debut', released_on: '1993-07-05', total_tracks: 11, _artist_ids: ['a1'] }),
      dimension({ album_id: 'b2', name: 'Sampler', released_on: '2001-01-01', total_tracks: 20, _artist_ids: ['a9'] }),
      dimension({ album_id: 'b3', name: 'Unseen', released_on: '2004-01-01', total_tracks: 9, _artist_ids: ['a1'] }),
      dimension({ album_id: 'b4', name: 'Undated', _artist_ids: ['a2'] }),
    ]);
    await add('plays', [
      play('2026-01-01 10:00:00', 't3', { track_name: 'Venus' }),
      play('2026-01-02 10:00:00', null, { kind: 'unknown', track_name: 'venus', artist_name: 'ac/dc' }),
      play('2026-01-03 10:00:00', 't5', { track_name: 'Duet' }),
      play('2026-01-04 10:00:00', 't1', { track_name: 'Venus', ms_played: 9_000 }),
    ]);
    const saved = { account_id: 'me', item_kind: 'track', added_at: '2026-01-01 00:00:00' };
    await add('saved_items', [
      { ...saved, item_uri: 'spotify:track:t1', item_id: 't1' },
      { ...saved, item_uri: 'spotify:track:t2', item_id: 't2' },
      { ...saved, item_uri: 'spotify:track:t3', item_id: 't3', removed_at: '2026-02-01 00:00:00' },
      { ...saved, item_uri: 'spotify:track:t8', item_id: 't8' },
    ]);
    const seen = { kind: 'track', id: 't1', source: 'web_api' };
    await add('popularity', [
      { ...seen, observed_on: '2024-01-02', popularity: 51 },
      { ...seen, observed_on: '2024-01-01', popularity: 50 },
      { ...seen, observed_on: '2024-01-03' },
      { ...seen, popularity: 1 },
      { ...seen, kind: 'artist', id: 'a1', observed_on: '2024-01-01', popularity: 0, followers: 1_000 },
    ]);
  });
});
afterAll(() => lake.close());

describe('discography', () => {
  const shown = 'album_name heard_tracks track_name is_heard play_count';
  const expected = [
    ['Debut', 1, 'Venus', true, 2],
    ['Debut', 1, 'Isobel', false, 0],
    ['Sampler', 1, 'Venus', true, 2],
    ['Unseen', 0, null, false, 0],
    ['Undated', 1, 'Duet', true, 1],
  ];

  it.each([
    'AC/DC',
    'ac/dc',
    'a1',
    'spotify:artist:a1',
    'https://open.spotify.com/artist/a1?si=x',
    'https://open.spotify.com/intl-de/artist/a1',
  ])('finds the artist by %s', async (artist) => {
    expect(await lake.pick('discography', shown, { artist })).toEqual(expected);
  });

  it('links track, album and artist', async () => {
    expect(await lake.pick('discography', 'url album_url artist_url', { artist: 'a1' })).toContainEqual([
      'https://open.spotify.com/track/t2',
      'https://open.spotify.com/album/b1',
      'https://open.spotify.com/artist/a1',
    ]);
  });

  it('says plainly that an artist is not known', async () => {
    expect((await lake.ask('discography', { artist: 'Nobody' })).note).toBe(
      'No artist of that name or id is known, or none of their albums.',
    );
  });
});

describe('release-decades', () => {
  it('counts plays and the library of now by the decade of the album, unknown ones apart', async () => {
    expect(await lake.rows('release-decades')).toEqual([
      [1990, 0, 0, null, 2],
      [2000, 1, 0, 60_000, 0],
      [null, 2, 0, 120_000, 1],
    ]);
  });
});

describe('popularity-trend', () => {
  it('shows the days on which there is a number, and no others', async () => {
    expect(await lake.rows('popularity-trend', { item: 'https://open.spotify.com/track/t1?si=x' })).toEqual([
      ['track', 't1', 'Venus', '2024-01-01', 50, null, 'https://open.spotify.com/track/t1'],
      ['track', 't1', 'Venus', '2024-01-02', 51, null, 'https://open.spotify.com/track/t1'],
    ]);
    expect(await lake.pick('popularity-trend', 'popularity followers', { kind: 'artist', item: 'ac/dc' })).toEqual([[0, 1_000]]);
    expect(await lake.pick('popularity-trend', 'popularity', { from: '2024-01-02', to: '2024-01-02' })).toEqual([[51]]);
  });

  it('says plainly that there is none, and why that may be', async () => {
    const { rows, note } = await lake.ask('popularity-trend', { item: 't2' });
    expect(rows).toEqual([]);
    expect(note).toContain('development mode');
  });
});
