import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, rowsOf } from '../engine.contract.ts';
import type { Engine, Scalar } from '../engine.ts';
import { createSampleLake, type SampleLake } from '../testing.ts';
import { createDuckDbEngine } from './engine.ts';

describe('the views of a lake', () => {
  const signal = new AbortController().signal;
  let lake: SampleLake;
  let engine: Engine;
  const all = async (sql: string, params: Readonly<Record<string, Scalar>> = {}) =>
    rowsOf(await engine.query(ask(sql, { params }), signal));

  beforeEach(async () => {
    lake = await createSampleLake(await mkdtemp(join(tmpdir(), 'tonearm-views-')));
    const { catalog, store, files, folder } = lake;
    engine = createDuckDbEngine({ catalog, store, files, memoryLimit: '300MB', threads: 1, tempDir: join(folder, 'spill') });
  });
  afterEach(async () => {
    await engine.close();
    await rm(lake.folder, { recursive: true, force: true });
  });

  it('list the artists of tracks and albums in order, from 0', async () => {
    const seen = { _core_at: '2026-01-01 00:00:00', _core_shape: 1 };
    await lake.add('tracks', [
      { track_id: 't1', _artist_ids: ['x', 'y', 'x'], ...seen },
      { track_id: 't2', _artist_ids: null, ...seen },
    ]);
    await lake.add('albums', [{ album_id: 'a1', _artist_ids: ['y'], ...seen }]);
    expect(await all('select * from track_artists order by all')).toEqual([
      ['t1', 0, 'x'],
      ['t1', 1, 'y'],
      ['t1', 2, 'x'],
    ]);
    expect(await all('select * from album_artists')).toEqual([['a1', 0, 'y']]);
  });

  it('join tracks of one ISRC into one recording', async () => {
    const core = { _core_at: '2026-01-01 00:00:00', _core_shape: 1, _ids_at: '2026-01-01 00:00:00', _ids_shape: 2 };
    await lake.add('tracks', [
      { track_id: 'b', name: 'Later', isrc: 'GBX', ...core },
      { track_id: 'a', name: 'First', isrc: 'GBX', ...core },
      { track_id: 'c', name: 'Alone', ...core },
    ]);
    expect(await all('select * from recordings order by 1')).toEqual([
      ['isrc:GBX', 'GBX', 'First', 2],
      ['track:c', null, 'Alone', 1],
    ]);
    expect(await all('select * from track_recordings order by 1')).toEqual([
      ['a', 'isrc:GBX'],
      ['b', 'isrc:GBX'],
      ['c', 'track:c'],
    ]);
  });

  it('queue what was played or listed but never described in full', async () => {
    const at = '2026-01-01 00:00:00';
    await lake.add('plays', [
      { play_id: '1', track_id: 'played' },
      { play_id: '2', track_id: 'played' },
      { play_id: '3', track_id: 'known' },
    ]);
    await lake.add('playlist_items', [{ playlist_id: 'p', track_id: 'listed' }]);
    await lake.add('saved_items', [{ account_id: 'me', item_kind: 'album', item_id: 'album' }]);
    await lake.add('tracks', [
      { track_id: 'known', album_id: 'a', _core_at: at, _core_shape: 2, _album_at: at, _album_shape: 2 },
      { track_id: 'listed', name: 'half', _core_at: at, _core_shape: 1 },
    ]);
    expect(await all('select * from enrichment_queue order by play_count desc')).toEqual([
      ['played', 2],
      ['listed', 0],
    ]);
  });

  it('take last_seen_at of open stays from the newest complete look of that list, of ended ones from the row', async () => {
    const look = { list_kind: 'playlist', list_id: 'p', is_complete: true };
    await lake.add('looks', [
      { ...look, observed_at: '2026-03-01 00:00:00' },
      { ...look, observed_at: '2026-04-01 00:00:00', is_complete: false },
      { ...look, list_id: 'other', observed_at: '2026-05-01 00:00:00' },
      { list_kind: 'saved_tracks', list_id: 'me', is_complete: true, observed_at: '2026-03-02 00:00:00' },
      { list_kind: 'saved_albums', list_id: 'me', is_complete: true, observed_at: '2026-06-02 00:00:00' },
      { list_kind: 'followed_artists', list_id: 'me', is_complete: true, observed_at: '2026-03-03 00:00:00' },
    ]);
    const shown = { _last_shown_at: '2026-02-01 00:00:00' };
    await lake.add('playlist_items', [
      { playlist_id: 'p', item_uri: 'open', ...shown },
      { playlist_id: 'p', item_uri: 'ended', removed_at: '2026-03-01 00:00:00', ...shown },
      { playlist_id: 'p', item_uri: 'later', _last_shown_at: '2026-04-01 00:00:00' },
    ]);
    await lake.add('saved_items', [{ account_id: 'me', item_kind: 'track', item_uri: 'x', ...shown }]);
    await lake.add('followed_artists', [{ account_id: 'me', artist_id: 'x', ...shown }]);
    expect(await all('select item_uri, last_seen_at from playlist_items order by 1')).toEqual([
      ['ended', '2026-02-01T00:00:00Z'],
      ['later', '2026-04-01T00:00:00Z'],
      ['open', '2026-03-01T00:00:00Z'],
    ]);
    expect(await all('select last_seen_at from saved_items')).toEqual([['2026-03-02T00:00:00Z']]);
    expect(await all('select last_seen_at from followed_artists')).toEqual([['2026-03-03T00:00:00Z']]);
  });

  it('tell the members of a playlist at the end of a day', async () => {
    await lake.add('playlist_items', [
      { playlist_id: 'p', item_uri: 'a', copy: 1, added_at: '2026-01-10 12:00:00', seen_from: '2026-03-01 00:00:00' },
      { playlist_id: 'p', item_uri: 'b', copy: 1, seen_from: '2026-03-01 00:00:00', removed_at: '2026-03-05 10:00:00' },
      { playlist_id: 'p', item_uri: 'b', copy: 1, seen_from: '2026-03-08 10:00:00' },
      { playlist_id: 'p', item_uri: 'c', copy: 1, removed_at: '2026-03-02 00:00:00' },
    ]);
    const on = async (day: string) => (await all('select item_uri from playlist_items_on($day) order by 1', { day })).flat();
    expect(await on('2026-01-09')).toEqual(['c']);
    expect(await on('2026-01-10')).toEqual(['a', 'c']);
    expect(await on('2026-03-01')).toEqual(['a', 'b', 'c']);
    expect(await on('2026-03-05')).toEqual(['a']);
    expect(await on('2026-03-08')).toEqual(['a', 'b']);
  });

  it('show songs of current members once per playlist and date', async () => {
    const at = '2026-01-01 00:00:00';
    await lake.add('tracks', [
      {
        track_id: 't',
        name: 'Song',
        duration_ms: 1000,
        _artist_ids: ['first', 'second'],
        album_id: 'al',
        _core_at: at,
        _core_shape: 2,
        _album_at: at,
        _album_shape: 2,
      },
    ]);
    await lake.add('albums', [
      { album_id: 'al', name: 'Album', release_date: '1984', _core_at: at, _core_shape: 1, _release_at: at, _release_shape: 1 },
    ]);
    await lake.add('artists', [{ artist_id: 'first', name: 'One', _core_at: at, _core_shape: 1 }]);
    const member = { playlist_id: 'p', track_id: 't', item_uri: 'spotify:track:t', added_at: '2026-02-02 00:00:00' };
    await lake.add('playlist_items', [
      { ...member, copy: 1 },
      { ...member, copy: 2 },
      { ...member, added_at: '2025-01-01 00:00:00', removed_at: '2025-02-01 00:00:00', copy: 1 },
    ]);
    expect(await all('select * from songs')).toEqual([
      ['t', 'Song', 1000, 'https://open.spotify.com/track/t', null, '2026-02-02T00:00:00Z', 'al', 'first', 'p'],
    ]);
    expect(await all('select * from album')).toEqual([['al', 'Album', '1984', null, 'https://open.spotify.com/album/al']]);
    expect(await all('select * from artist')).toEqual([['first', 'One', 'https://open.spotify.com/artist/first']]);
  });
});
