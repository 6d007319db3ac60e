import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReportLake, dimension, play, type ReportLake } from './testing.ts';

let lake: ReportLake;

beforeAll(async () => {
  lake = await createReportLake(async ({ add, store }) => {
    await add('tracks', [
      dimension({ track_id: 't1', name: 'Loud', duration_ms: 100_000, album_id: 'b1', _artist_ids: ['a1'] }),
      dimension({ track_id: 't2', name: 'Song', duration_ms: 200_000, album_id: 'b1', _artist_ids: ['a1'] }),
      dimension({ track_id: 't3', name: 'song ', duration_ms: 203_000, _artist_ids: ['a1'] }),
      dimension({ track_id: 't4', name: 'Song', duration_ms: 203_001, _artist_ids: ['a1'] }),
    ]);
    await add('artists', [dimension({ artist_id: 'a1', name: 'Ana' })]);
    await add('albums', [dimension({ album_id: 'b1', name: 'Album', _artist_ids: ['a1'] })]);
    const of = { artist_name: 'Ana' };
    await add('plays', [
      play('2026-01-01 10:00:00', 't1', { ...of, track_name: 'Loud', ms_played: 90_000 }),
      play('2026-01-02 10:00:00', 't1', { ...of, track_name: null, ms_played: 90_000 }),
      play('2026-01-02 11:00:00', 't2', { ...of, ms_played: 60_000 }),
      play('2026-01-02 12:00:00', 't2', { ...of, ms_played: 60_000, account_id: 'ben' }),
      play('2026-01-03 10:00:00', 't3', { ...of, ms_played: 120_000 }),
      play('2026-01-03 11:00:00', 't9', { artist_name: 'ana', track_name: 'Song', ms_played: 120_000 }),
      play('2026-01-03 12:00:00', null, { kind: 'episode', track_uri: 'spotify:episode:e1', show_name: 'Talk' }),
      play('2026-01-03 13:00:00', null, {
        kind: 'audiobook_chapter',
        track_uri: 'spotify:chapter:c1',
        track_name: 'One',
        show_name: 'Book',
      }),
    ]);
    await add('export_files', [
      { account_id: 'me', file_sha256: 'x', record_count: 9, first_ended_at: '2026-01-01 10:00:00', last_ended_at: '2026-01-20 10:00:00' },
    ]);
    const days = ['2026-01-01', '2026-01-02', '2026-01-03'];
    await add(
      'export_days',
      days.map((day) => ({
        account_id: 'me',
        file_sha256: 'x',
        day,
        record_count: 2,
        is_closed: day > '2026-01-01',
        is_spanned: day === '2026-01-01',
      })),
    );
    const put = (id: string, rule: object) =>
      store.put(`rules/${id}.json`, Buffer.from(JSON.stringify({ created_at: '2026-11-21T10:00:00Z', ...rule })));
    await put('exclude', { kind: 'exclude', track: 'spotify:track:t1', span: { from: '2026-01-02' } });
    await put('exclude-show', { kind: 'exclude', show: 'Talk', note: 'not mine' });
    await put('count', { kind: 'count', account: 'me', counting: 'half' });
    await put('override', { kind: 'override', item: 'spotify:track:t3', set: { artist_name: 'Bea', album_name: 'Other' } });
    await put('refused', { kind: 'different_recordings', tracks: ['spotify:track:t9', 'spotify:track:t4'] });
  });
});
afterAll(() => lake.close());

describe('rules in reports', () => {
  it('leave plays out, and say how many of those asked about', async () => {
    const hiddenOf = async (report: string, params = {}) => (await lake.ask(report, params)).hidden;
    expect(await lake.pick('top-tracks', 'track_name play_count', { account: 'me', counting: 'any', to: '2026-01-02' })).toEqual([
      ['Loud', 1],
      ['Song', 1],
    ]);
    expect(await hiddenOf('top-tracks')).toBe(1);
    expect(await hiddenOf('top-tracks', { to: '2026-01-01' })).toBe(0);
    expect(await hiddenOf('top-tracks', { account: 'ben' })).toBe(0);
    expect(await hiddenOf('podcasts')).toBe(1);
    expect(await hiddenOf('recent-plays')).toBe(2);
    expect(await hiddenOf('plays-per-day', { content: 'all' })).toBe(2);
    expect(await hiddenOf('library-growth')).toBe(0);
  });

  it('count the plays of an account by its rule, of others by 30s, unless one is asked for', async () => {
    const counts = async (params: Readonly<Record<string, unknown>>) =>
      lake.pick('plays-per-day', 'day play_count', { from: '2026-01-02', to: '2026-01-03', ...params });
    expect(await counts({ account: 'me' })).toEqual([
      ['2026-01-02', 0],
      ['2026-01-03', 1],
    ]);
    expect(await counts({ account: 'ben' })).toEqual([['2026-01-02', 1]]);
    expect(await counts({ account: 'me', counting: 'any' })).toEqual([
      ['2026-01-02', 1],
      ['2026-01-03', 2],
    ]);
    expect(await lake.pick('plays-per-day', 'day undecided_count', { account: 'me', from: '2026-01-03' })).toEqual([['2026-01-03', 1]]);
  });

  it('give names that go before what is known of ids', async () => {
    expect(await lake.pick('top-artists', 'artist_name play_count', { account: 'me', counting: 'any' })).toEqual([
      ['Ana', 3],
      ['Bea', 1],
    ]);
    expect(await lake.pick('top-albums', 'album_name play_count', { account: 'me', counting: 'any' })).toEqual([
      ['Album', 2],
      ['Other', 1],
    ]);
    expect(await lake.pick('recent-plays', 'artist_name album_name', { from: '2026-01-03', to: '2026-01-03', limit: 4 })).toContainEqual([
      'Bea',
      'Other',
    ]);
  });

  it('are listed with what each does to the plays there are', async () => {
    expect(await lake.pick('rules', 'rule_id about hidden_count renamed_count unknown_uris')).toEqual([
      ['count', 'half', 1, null, null],
      ['exclude', 'spotify:track:t1 (Loud) from 2026-01-02', 1, null, null],
      ['exclude-show', 'show Talk', 1, null, null],
      ['override', 'spotify:track:t3 (Song) artist: Bea album: Other', null, 1, null],
      ['refused', 'spotify:track:t9 (Song) is not spotify:track:t4 (Song)', null, null, null],
    ]);
  });
});

describe('recording-suggestions', () => {
  it('are pairs of one title and artist, at most 3 s apart where that is known, but for those refused', async () => {
    expect(await lake.pick('recording-suggestions', 'track_uri other_uri told_by')).toEqual([
      ['spotify:track:t2', 'spotify:track:t3', 'names and length'],
      ['spotify:track:t2', 'spotify:track:t9', 'names'],
      ['spotify:track:t3', 'spotify:track:t9', 'names'],
      ['spotify:track:t3', 'spotify:track:t4', 'names and length'],
    ]);
  });
});

describe('what was listened to', () => {
  it.each([
    ['music', [['2026-01-03', 2]]],
    ['podcasts', []],
    ['audiobooks', [['2026-01-03', 1]]],
    ['all', [['2026-01-03', 3]]],
  ])('may be %s', async (content, expected) => {
    const params = { content, counting: 'any', from: '2026-01-03' };
    expect(await lake.pick('plays-per-day', 'day play_count', params)).toEqual(expected);
  });

  it('is an audiobook, or a chapter of one', async () => {
    const shown = 'audiobook_name chapter_name play_count chapter_count ms_played url';
    expect(await lake.pick('audiobooks', shown, { counting: 'any' })).toEqual([['Book', null, 1, 1, 60_000, null]]);
    expect(await lake.pick('audiobooks', shown, { counting: 'any', by: 'chapter' })).toEqual([
      ['Book', 'One', 1, 1, 60_000, 'https://open.spotify.com/chapter/c1'],
    ]);
  });
});

describe('the certainty of a report', () => {
  const certainty = async (params: Readonly<Record<string, unknown>>, report = 'top-tracks') => {
    const { coverage, uncertainDays } = await lake.ask(report, params);
    return [coverage, uncertainDays];
  };

  it('is exact where every day asked about is certain', async () => {
    expect(await certainty({ account: 'me', from: '2026-01-01', to: '2026-01-12' })).toEqual(['exact', 0]);
    expect(await certainty({ account: 'me', from: '2026-01-12', to: '2026-01-13' })).toEqual(['at-least', 1]);
    expect(await certainty({ from: '2026-01-02', to: '2026-01-02' })).toEqual(['at-least', 1]);
    expect(await certainty({ account: 'me', from: '2026-01-01', to: '2026-01-12' }, 'never-played')).toEqual(['exact', 0]);
  });

  it('asks for the UTC days on both sides of a local day', async () => {
    const day = { account: 'me', from: '2026-01-12', to: '2026-01-12' };
    expect(await certainty({ ...day, time_zone: 'Asia/Tokyo' })).toEqual(['exact', 0]);
    expect(await certainty({ ...day, time_zone: 'America/New_York' })).toEqual(['at-least', 1]);
  });

  it('is that of its days: an account is asked from the first day of its record', async () => {
    const days = { from: '2026-01-01', to: '2026-01-03', content: 'all', counting: 'any' };
    const certain = (params: Readonly<Record<string, unknown>>) => lake.pick('plays-per-day', 'is_certain', { ...days, ...params });
    // The record of ben is one day that nobody polled, the second.
    expect(await certain({})).toEqual([[true], [false], [false]]);
    expect(await certainty({ from: '2026-01-01', to: '2026-01-01' })).toEqual(['exact', 0]);
    expect(await certainty(days, 'listening-totals')).toEqual(['at-least', 2]);
    expect(await certain({ account: 'me' })).toEqual([[true], [true], [true]]);
    expect(await certain({ time_zone: 'Asia/Tokyo' })).toEqual([[true], [false], [false]]);
    expect(await certain({ time_zone: 'America/New_York' })).toEqual([[false], [false], [false]]);
  });

  it('ends today where no last day is asked for, and is no question of playlists', async () => {
    expect((await certainty({ account: 'me' }))[0]).toBe('at-least');
    expect(await certainty({}, 'playlist-overview')).toEqual(['none', null]);
  });

  it('is told by month', async () => {
    expect(await lake.pick('coverage', 'month days certain_days closed_days', { account: 'me' })).toEqual([
      ['2026-01-01', `${'c'.repeat(12)}${'p'.repeat(8)}`, 12, 2],
    ]);
    expect(await lake.pick('coverage', 'month days', { account: 'ben' })).toEqual([['2026-01-01', ' u']]);
  });
});
