import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, rowsOf } from '../engine.contract.ts';
import type { Engine } from '../engine.ts';
import { createSampleLake, type SampleLake } from '../testing.ts';
import { createDuckDbEngine } from './engine.ts';

const signal = new AbortController().signal;
const SEEN = { _core_at: '2026-01-01 00:00:00', _core_shape: 2, _ids_at: '2026-01-01 00:00:00', _ids_shape: 2 };
let lake: SampleLake;
let engine: Engine;

const put = (id: string, rule: object): Promise<unknown> =>
  lake.store.put(`rules/${id}.json`, Buffer.from(JSON.stringify({ created_at: '2026-11-21T10:00:00Z', ...rule })));
const all = async (sql: string) => rowsOf(await engine.query(ask(sql), signal));
const hidden = async (): Promise<string> => (await all('select play_id from hidden_plays order by play_id')).map(([id]) => id).join(' ');
const recordings = async () => Object.fromEntries(await all('select track_id, recording_id from track_recordings'));

beforeEach(async () => {
  lake = await createSampleLake(await mkdtemp(join(tmpdir(), 'tonearm-rules-')));
  const { catalog, store, files, folder } = lake;
  const zones = { me: 'Europe/Berlin', ben: 'Asia/Tokyo' };
  engine = createDuckDbEngine({ catalog, store, files, zones, memoryLimit: '300MB', threads: 1, tempDir: join(folder, 'spill') });
  const play = (id: string, ended: string, more: object) => ({ play_id: id, account_id: 'me', ended_at: ended, kind: 'track', ...more });
  const song = { track_uri: 'spotify:track:t1', track_id: 't1', track_name: 'Song', artist_name: 'Ana' };
  await lake.add('plays', [
    play('1', '2024-12-23 22:59:59', song),
    play('2', '2024-12-23 23:00:00', song),
    play('3', '2024-12-24 10:00:00', { track_name: 'SONG', artist_name: 'ana', kind: 'unknown' }),
    play('4', '2024-12-24 22:59:59', { ...song, account_id: 'ben' }),
    play('5', '2024-12-25 10:00:00', { track_uri: 'spotify:track:t2', track_id: 't2', track_name: 'Other', artist_name: 'Ana' }),
    play('6', '2024-12-26 10:00:00', { track_uri: 'spotify:episode:e1', kind: 'episode', show_name: 'Talk' }),
    play('7', '2024-12-27 10:00:00', { track_uri: 'spotify:track:t3', track_id: 't3', track_name: 'Third', artist_name: 'Bob' }),
  ]);
  await lake.add('tracks', [
    { track_id: 't1', name: 'Song', isrc: 'GBX', _artist_ids: ['a1'], ...SEEN },
    { track_id: 't4', name: 'Song', isrc: 'GBX', _artist_ids: ['a1'], ...SEEN },
    { track_id: 't2', name: 'Other', _artist_ids: ['a1', 'a2'], ...SEEN },
  ]);
  await lake.add('artists', [{ artist_id: 'a1', name: 'Ana', ...SEEN }]);
  await lake.add('episodes', [{ episode_id: 'e1', show_id: 's1', _show_at: '2026-01-01 00:00:00', _show_shape: 2, ...SEEN }]);
});
afterEach(async () => {
  await engine.close();
  await rm(lake.folder, { recursive: true, force: true });
});

describe('rules when reading', () => {
  it.each([
    ['a track, also where a play only names it', { track: 'spotify:track:t1' }, '1 2 3 4'],
    ['a track, of one account', { track: 'spotify:track:t1', account: 'ben' }, '4'],
    ['an artist by name', { artist: 'ANA' }, '1 2 3 4 5'],
    ['an artist by URI, under the name, too', { artist: 'spotify:artist:a1' }, '1 2 3 4 5'],
    ['no play of an artist who is not the first', { artist: 'spotify:artist:a2' }, ''],
    ['a show by name', { show: 'talk' }, '6'],
    ['a show by URI', { show: 'spotify:show:s1' }, '6'],
    ['whole days of each account’s own zone', { span: { from: '2024-12-24', to: '2024-12-24' } }, '2 3'],
    ['days from one on', { span: { from: '2024-12-25' } }, '4 5 6 7'],
    ['times, the second exclusive', { span: { from: '2024-12-23T22:59:59Z', to: '2024-12-24T10:00:00Z' } }, '1 2'],
    ['a track within days', { track: 'spotify:track:t1', span: { to: '2024-12-23' } }, '1'],
  ])('hide %s', async (_, what, expected) => {
    await put('exclude-1', { kind: 'exclude', ...what });
    expect(await hidden()).toBe(expected);
    expect(await all('select count(*) from plays')).toEqual([[7]]);
  });

  it('hide a play once for each that names it, show themselves, and are gone when removed', async () => {
    await put('a', { kind: 'exclude', track: 'spotify:track:t3', note: 'loud' });
    await put('b', { kind: 'exclude', artist: 'Bob' });
    expect(await all('select play_id, rule_id from hidden_plays order by rule_id')).toEqual([
      ['7', 'a'],
      ['7', 'b'],
    ]);
    expect(await all('select rule_id, kind, item_uri, of_artist, note, created_at from rules order by rule_id')).toEqual([
      ['a', 'exclude', 'spotify:track:t3', null, 'loud', '2026-11-21T10:00:00Z'],
      ['b', 'exclude', null, 'Bob', null, '2026-11-21T10:00:00Z'],
    ]);
    await lake.store.remove(['rules/a.json', 'rules/b.json']);
    expect(await hidden()).toBe('');
  });

  it('fail a query when one is damaged, naming it', async () => {
    await lake.store.put('rules/odd.json', Buffer.from('{"kind":"exclude"'));
    await expect(all('select 1')).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining('rules/odd.json') });
  });

  it('make a track that was only played a recording of its own, until an ISRC joins it', async () => {
    expect(await recordings()).toEqual({ t1: 'isrc:GBX', t4: 'isrc:GBX', t2: 'track:t2', t3: 'track:t3' });
    expect(await all("select name, track_count from recordings where recording_id = 'track:t3'")).toEqual([['Third', 1]]);
    await lake.add('tracks', [{ track_id: 't3', name: 'Third', isrc: 'GBX', ...SEEN }], { partition: 'later' });
    expect((await recordings()).t3).toBe('isrc:GBX');
  });

  it('join recordings, through one another, and take a track out of its ISRC', async () => {
    await put('a', { kind: 'same_recording', tracks: ['spotify:track:t1', 'spotify:track:t2'] });
    await put('b', { kind: 'same_recording', tracks: ['spotify:track:t2', 'spotify:track:t3'] });
    expect(await recordings()).toEqual({ t1: 'isrc:GBX', t4: 'isrc:GBX', t2: 'isrc:GBX', t3: 'isrc:GBX' });
    expect(await all('select recording_id, isrc, name, track_count from recordings')).toEqual([['isrc:GBX', 'GBX', 'Song', 4]]);
    await put('c', { kind: 'different_recordings', tracks: ['spotify:track:t1', 'spotify:track:t4'] });
    expect((await recordings()).t4).toBe('track:t4');
    await lake.store.remove(['rules/a.json', 'rules/b.json', 'rules/c.json']);
    expect(await recordings()).toEqual({ t1: 'isrc:GBX', t4: 'isrc:GBX', t2: 'track:t2', t3: 'track:t3' });
  });
});
