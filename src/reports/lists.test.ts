import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReportLake, dimension, type Params, play, type ReportLake } from './testing.ts';

let lake: ReportLake;

const item = (playlist: string, track: string, more: Params = {}): Params => ({
  playlist_id: playlist,
  item_uri: `spotify:track:${track}`,
  item_kind: 'track',
  track_id: track,
  copy: 1,
  ...more,
});

beforeAll(async () => {
  lake = await createReportLake(async ({ add }) => {
    await add('accounts', [dimension({ account_id: 'me', user_id: 'ana' }), dimension({ account_id: 'ben', user_id: 'ben' })]);
    await add('tracks', [
      dimension({ track_id: 't1', name: 'Song', isrc: 'ISX', _artist_ids: ['a1'] }),
      dimension({ track_id: 't2', name: 'Song (2010 edition)', isrc: 'ISX', _artist_ids: ['a1'] }),
      dimension({ track_id: 't3', name: 'Quiet', _artist_ids: ['a1'] }),
      dimension({ track_id: 't4', name: 'Skipped', _artist_ids: ['a1'] }),
      dimension({ track_id: 't5', name: 'Named', _artist_ids: ['a1'] }),
    ]);
    await add('artists', [dimension({ artist_id: 'a1', name: 'Björk' })]);
    await add('playlists', [
      dimension({ playlist_id: 'p1', name: 'Mix', owner_id: 'ana', owner_name: 'Ana' }),
      dimension({ playlist_id: 'p2', name: 'Old', owner_id: 'ana', owner_name: 'Ana' }),
      dimension({ playlist_id: 'p3', name: 'Hits', owner_id: 'spotify', owner_name: 'Spotify' }),
    ]);
    const january = '2026-01-31 23:30:00';
    await add('playlist_items', [
      item('p1', 't1', { added_at: january, seen_from: '2026-02-15 00:00:00', _last_shown_at: '2026-04-01 00:00:00' }),
      item('p1', 't3', { added_at: '2026-02-01 00:00:00', seen_from: '2026-02-15 00:00:00', _last_shown_at: '2026-04-01 00:00:00' }),
      item('p1', 't4', { added_at: '2026-02-01 00:00:00', seen_from: '2026-02-15 00:00:00', removed_at: '2026-03-10 00:00:00' }),
      // The same stay, seen again later: it came back when it was seen, not when it was added first.
      item('p1', 't4', { added_at: '2026-02-01 00:00:00', seen_from: '2026-03-20 00:00:00', _last_shown_at: '2026-04-01 00:00:00' }),
      item('p2', 't2', { _last_shown_at: '2026-02-02 00:00:00' }),
      item('p2', 't3', { added_at: '2025-12-01 00:00:00', seen_from: '2026-02-02 00:00:00' }),
      item('p2', 't5', { added_at: '2025-12-01 00:00:00', seen_from: '2026-02-02 00:00:00' }),
      item('p3', 't9', { added_at: '2025-11-01 00:00:00', seen_from: '2026-02-02 00:00:00' }),
      item('p3', 't3', { added_at: '2025-11-02 00:00:00', seen_from: '2026-02-02 00:00:00' }),
    ]);
    await add('plays', [
      play('2026-01-10 10:00:00', 't2', { track_name: 'Song (2010 edition)' }),
      play('2026-01-10 11:00:00', 't4', { track_name: 'Skipped', ms_played: 2_000 }),
      play('2026-01-10 12:00:00', null, { kind: 'unknown', track_name: 'named', artist_name: 'BJÖRK' }),
    ]);
    const saved = { account_id: 'me', item_kind: 'track' };
    await add('saved_items', [
      { ...saved, item_uri: 'a', added_at: january },
      { ...saved, item_uri: 'b', added_at: '2026-02-10 00:00:00', removed_at: '2026-02-11 00:00:00', seen_from: '2026-02-10 00:00:00' },
      { ...saved, item_uri: 'b', added_at: '2026-02-10 00:00:00', seen_from: '2026-03-10 00:00:00' },
      { ...saved, item_uri: 'c', added_at: '2026-02-12 00:00:00', removed_at: '2026-03-01 00:00:00' },
      { ...saved, item_kind: 'album', item_uri: 'd', added_at: '2026-02-12 00:00:00' },
    ]);
  });
});
afterAll(() => lake.close());

describe('library-growth', () => {
  it('counts each saved track once, by the month it was saved in', async () => {
    expect(await lake.rows('library-growth')).toEqual([
      ['2026-01-01', 1, 1, 1],
      ['2026-02-01', 2, 1, 2],
    ]);
    expect(await lake.rows('library-growth', { time_zone: 'Europe/Berlin', from: '2026-02-01' })).toEqual([['2026-02-01', 3, 2, 2]]);
  });

  it('takes whole days of the period, and the total of all days before', async () => {
    expect(await lake.rows('library-growth', { from: '2026-02-11' })).toEqual([['2026-02-01', 1, 0, 2]]);
    expect(await lake.rows('library-growth', { to: '2026-02-09' })).toEqual([['2026-01-01', 1, 1, 1]]);
  });
});

describe('playlist-overview', () => {
  const shown = 'playlist_id item_count added_count removed_count last_changed_at';

  it('counts current members and tells the last change', async () => {
    expect(await lake.rows('playlist-overview', { limit: 1 })).toEqual([
      ['p1', 'Mix', 'Ana', 3, 4, 1, '2026-03-20T00:00:00Z', '2026-04-01T00:00:00Z', 'https://open.spotify.com/playlist/p1'],
    ]);
  });

  it('tells the end of the period, and what came and went in it', async () => {
    expect(await lake.pick('playlist-overview', shown, { account: 'me', from: '2026-02-01', to: '2026-03-15' })).toEqual([
      ['p1', 2, 2, 1, '2026-03-10T00:00:00Z'],
      ['p2', 3, 0, 0, '2025-12-01T00:00:00Z'],
    ]);
  });

  it('has only the playlists of the account that is named', async () => {
    expect(await lake.pick('playlist-overview', 'playlist_id', { account: 'me' })).toEqual([['p1'], ['p2']]);
    expect(await lake.rows('playlist-overview', { account: 'ben' })).toEqual([]);
  });
});

describe('playlist-churn', () => {
  it('counts what came and went each month, and who is there at its end', async () => {
    const rows = await lake.pick('playlist-churn', 'name month added_count removed_count item_count', { account: 'me' });
    expect(rows).toEqual([
      ['Mix', '2026-01-01', 1, 0, 1],
      ['Mix', '2026-02-01', 2, 0, 3],
      ['Mix', '2026-03-01', 1, 1, 3],
      ['Old', '2025-12-01', 2, 0, 3],
    ]);
  });

  it('begins months at midnight of the time zone, and counts members from before the period', async () => {
    const berlin = { account: 'me', time_zone: 'Europe/Berlin', from: '2026-02-01', to: '2026-02-28' };
    expect(await lake.pick('playlist-churn', 'name month added_count item_count', berlin)).toEqual([['Mix', '2026-02-01', 3, 3]]);
    expect(await lake.pick('playlist-churn', 'name added_count item_count', { ...berlin, time_zone: 'UTC' })).toEqual([['Mix', 2, 3]]);
  });
});

describe('playlist-overlap', () => {
  it('counts shared recordings, whatever track they are in each', async () => {
    expect(await lake.pick('playlist-overlap', 'name recording_count other_name other_recording_count shared_count shared_part')).toEqual([
      ['Mix', 3, 'Old', 3, 2, 2 / 3],
      ['Mix', 3, 'Hits', 2, 1, 1 / 2],
      ['Old', 3, 'Hits', 2, 1, 1 / 2],
    ]);
    expect(await lake.pick('playlist-overlap', 'url other_url', { account: 'me' })).toEqual([
      ['https://open.spotify.com/playlist/p1', 'https://open.spotify.com/playlist/p2'],
    ]);
  });
});

describe('never-played', () => {
  it('lists members of my playlists without a play, in no edition and under no name', async () => {
    expect(await lake.rows('never-played')).toEqual([
      ['Quiet', 'Björk', '2025-12-01T00:00:00Z', 2, 'Old', 0, 'https://open.spotify.com/track/t3'],
      ['Skipped', 'Björk', '2026-02-01T00:00:00Z', 1, 'Mix', 0, 'https://open.spotify.com/track/t4'],
    ]);
  });

  it('follows the counting rule and the period', async () => {
    const names = async (params: Params) =>
      (await lake.pick('never-played', 'track_name undecided_count', params)).map((row) => row.join(' '));
    expect(await names({ counting: 'any' })).toEqual(['Quiet 0']);
    expect(await names({ counting: 'half' })).toEqual(['Quiet 0', 'Named 1', 'Song 1', 'Skipped 1']);
    expect(await names({ from: '2026-01-11' })).toHaveLength(4);
    expect(await names({ account: 'ben' })).toEqual([]);
  });

  it('takes every playlist for mine while nobody knows who I am', async () => {
    const stranger = await createReportLake(async ({ add }) => {
      await add('playlist_items', [item('p3', 't9')]);
    });
    expect(await stranger.pick('never-played', 'url')).toEqual([['https://open.spotify.com/track/t9']]);
    await stranger.close();
  });
});
