import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReportLake, dimension, play, type ReportLake } from './testing.ts';

let lake: ReportLake;

beforeAll(async () => {
  lake = await createReportLake(async ({ add }) => {
    await add('tracks', [
      dimension({ track_id: 't1', name: 'Song', isrc: 'ISX', album_id: 'b1', _artist_ids: ['a1', 'a2'] }),
      dimension({ track_id: 't2', name: 'Song (2010 edition)', isrc: 'ISX', album_id: 'b2', _artist_ids: ['a1'] }),
    ]);
    await add('artists', [dimension({ artist_id: 'a1', name: 'Björk' }), dimension({ artist_id: 'a2', name: 'Other' })]);
    await add('albums', [
      dimension({ album_id: 'b1', name: 'Debut', released_on: '1993-07-05', _artist_ids: ['a1'] }),
      dimension({ album_id: 'b2', name: 'Debut (2010 edition)', released_on: '2010-01-01', _artist_ids: ['a1'] }),
    ]);
    await add('shows', [dimension({ show_id: 's1', name: 'Talk' })]);
    await add('episodes', [dimension({ episode_id: 'e1', name: 'First talk', show_id: 's1' })]);
    const episode = { kind: 'episode', artist_name: null };
    await add('plays', [
      play('2026-01-01 10:00:00', 't1'),
      play('2026-02-01 10:00:00', 't2', { track_name: 'Song (2010 edition)' }),
      play('2026-02-01 11:00:00', 't1', { ms_played: null, confidence: 'provisional' }),
      play('2026-02-01 12:00:00', 't1', { ms_played: 29_999 }),
      play('2026-03-01 10:00:00', null, { ...episode, track_name: 'First talk', show_name: 'Talk', track_uri: 'spotify:episode:e1' }),
      play('2026-03-01 11:00:00', null, { ...episode, track_name: 'Second talk', show_name: 'TALK', track_uri: 'spotify:episode:e2' }),
      play('2026-03-01 12:00:00', null, { ...episode, track_name: 'News', show_name: 'Daily', track_uri: null }),
      play('2026-03-02 10:00:00', 't9', { account_id: 'ben', track_name: 'His song', artist_name: 'Nobody' }),
      play('2026-03-03 10:00:00', null, { kind: 'local', track_name: 'Mine', artist_name: 'Me', track_uri: 'spotify:local:a:b:c:1' }),
      play('2026-03-31 22:30:00', null, {
        kind: 'unknown',
        track_name: 'Other song',
        artist_name: 'björk',
        album_name: 'debut',
        ms_played: 30_000,
      }),
    ]);
  });
});
afterAll(() => lake.close());

describe('top-tracks', () => {
  it('counts plays of 30 s or more and polled ones, by track', async () => {
    expect(await lake.rows('top-tracks', { account: 'me' })).toEqual([
      [1, 'Song', 'Björk', 2, 0, 60_000, '2026-02-01T11:00:00Z', 'https://open.spotify.com/track/t1'],
      [2, 'Mine', 'Me', 1, 0, 60_000, '2026-03-03T10:00:00Z', null],
      [3, 'Song (2010 edition)', 'Björk', 1, 0, 60_000, '2026-02-01T10:00:00Z', 'https://open.spotify.com/track/t2'],
      [4, 'Other song', 'björk', 1, 0, 30_000, '2026-03-31T22:30:00Z', null],
    ]);
  });

  it('counts all tracks of a recording as one when asked', async () => {
    expect(await lake.pick('top-tracks', 'track_name play_count ms_played url', { account: 'me', by: 'recording' })).toEqual([
      ['Song', 3, 120_000, 'https://open.spotify.com/track/t1'],
      ['Mine', 1, 60_000, null],
      ['Other song', 1, 30_000, null],
    ]);
  });

  it('takes whole days of the time zone, both ends included', async () => {
    const names = async (params: Readonly<Record<string, unknown>>) => (await lake.pick('top-tracks', 'track_name', params)).flat();
    expect(await names({ from: '2026-03-31', to: '2026-03-31' })).toEqual(['Other song']);
    expect(await names({ from: '2026-03-31', to: '2026-03-31', time_zone: 'Europe/Berlin' })).toEqual([]);
    expect(await names({ from: '2026-04-01', time_zone: 'Europe/Berlin' })).toEqual(['Other song']);
    expect(await names({ to: '2026-01-31' })).toEqual(['Song']);
    expect(await names({ limit: '1' })).toEqual(['Song']);
  });
});

describe('top-artists', () => {
  it('counts for the first artist, a bare name for the one artist that has it', async () => {
    expect(await lake.rows('top-artists')).toEqual([
      [1, 'Björk', 4, 0, 3, 150_000, '2026-03-31T22:30:00Z', 'https://open.spotify.com/artist/a1'],
      [2, 'Me', 1, 0, 1, 60_000, '2026-03-03T10:00:00Z', null],
      [3, 'Nobody', 1, 0, 1, 60_000, '2026-03-02T10:00:00Z', null],
    ]);
  });
});

describe('top-albums', () => {
  it('counts for the album of the track, a bare name for the one album that has it', async () => {
    expect(await lake.rows('top-albums')).toEqual([
      [1, 'Debut', 'Björk', '1993-07-05', 3, 0, 2, 90_000, '2026-03-31T22:30:00Z', 'https://open.spotify.com/album/b1'],
      [2, 'Debut (2010 edition)', 'Björk', '2010-01-01', 1, 0, 1, 60_000, '2026-02-01T10:00:00Z', 'https://open.spotify.com/album/b2'],
    ]);
  });
});

describe('podcasts', () => {
  it('counts episodes for their show, a bare name for the one show that has it', async () => {
    expect(await lake.rows('podcasts')).toEqual([
      [1, 'Talk', null, 2, 0, 2, 120_000, '2026-03-01T11:00:00Z', 'https://open.spotify.com/show/s1'],
      [2, 'Daily', null, 1, 0, 1, 60_000, '2026-03-01T12:00:00Z', null],
    ]);
  });

  it('counts each episode when asked', async () => {
    expect(await lake.pick('podcasts', 'show_name episode_name play_count url', { by: 'episode' })).toEqual([
      ['Daily', 'News', 1, null],
      ['Talk', 'First talk', 1, 'https://open.spotify.com/episode/e1'],
      ['Talk', 'Second talk', 1, 'https://open.spotify.com/episode/e2'],
    ]);
  });
});

describe('recent-plays', () => {
  it('lists plays of every kind and length, newest first, with a link where there is a page', async () => {
    expect(await lake.pick('recent-plays', 'title url', { limit: 5 })).toEqual([
      ['Other song', null],
      ['Mine', null],
      ['His song', 'https://open.spotify.com/track/t9'],
      ['News', null],
      ['Second talk', 'https://open.spotify.com/episode/e2'],
    ]);
    expect(await lake.pick('recent-plays', 'ms_played', { from: '2026-02-01', to: '2026-02-01' })).toEqual([[29_999], [null], [60_000]]);
  });
});

describe('discoveries', () => {
  it('lists what has its first play ever in the period, with its plays in it', async () => {
    expect(await lake.rows('discoveries', { account: 'me', to: '2026-02-28' })).toEqual([
      ['2026-02-01T10:00:00Z', 'Song (2010 edition)', 'Björk', 1, 0, 'https://open.spotify.com/track/t2'],
      ['2026-01-01T10:00:00Z', 'Song', 'Björk', 2, 0, 'https://open.spotify.com/track/t1'],
    ]);
    expect(await lake.pick('discoveries', 'name', { account: 'me', from: '2026-02-01', to: '2026-02-28' })).toEqual([
      ['Song (2010 edition)'],
    ]);
  });

  it('knows another edition of a recording, and an artist by all tracks, when asked', async () => {
    const spring = { account: 'me', from: '2026-02-01' };
    expect(await lake.pick('discoveries', 'name', { ...spring, by: 'recording' })).toEqual([['Other song'], ['Mine']]);
    expect(await lake.pick('discoveries', 'name artist_name url', { account: 'me', by: 'artist' })).toEqual([
      ['Me', null, null],
      ['Björk', null, 'https://open.spotify.com/artist/a1'],
    ]);
    expect(await lake.pick('discoveries', 'name', { ...spring, by: 'artist' })).toEqual([['Me']]);
  });
});

describe('on-this-day', () => {
  it('lists plays of the same day of earlier years', async () => {
    expect(await lake.rows('on-this-day', { day: '2027-02-01' })).toEqual([
      ['2026-02-01', 'Song', 'Björk', 1, 0, '2026-02-01T11:00:00Z', 'https://open.spotify.com/track/t1'],
      ['2026-02-01', 'Song (2010 edition)', 'Björk', 1, 0, '2026-02-01T10:00:00Z', 'https://open.spotify.com/track/t2'],
    ]);
    expect(await lake.rows('on-this-day', { day: '2026-02-01' })).toEqual([]);
    expect(await lake.pick('on-this-day', 'track_name', { day: '2027-04-01', time_zone: 'Europe/Berlin' })).toEqual([['Other song']]);
  });

  it('finds the day in every year, at both ends of the clock, and a leap day in leap years', async () => {
    const leapDays = ['1972-02-29 12:00:00', '1996-02-29 12:00:00', '2004-02-29 12:00:00', '2020-02-28 10:00:00', '2020-03-01 10:59:59'];
    const others = ['2003-02-28 12:00:00', '2019-02-28 12:00:00', '2019-03-01 12:00:00', '2020-02-27 12:00:00', '2024-02-29 12:00:00'];
    const years = await createReportLake(async ({ add }) => {
      await add(
        'plays',
        [...leapDays, ...others].map((ended, at) => play(ended, `t${at}`)),
      );
    });
    try {
      const daysIn = async (time_zone: string, day: string) =>
        (await years.pick('on-this-day', 'last_played_at', { day, time_zone })).flat().map((at) => String(at).slice(0, 10));
      expect(await daysIn('Pacific/Kiritimati', '2024-02-29')).toEqual(['2020-02-28', '1972-02-29']);
      expect(await daysIn('Pacific/Pago_Pago', '2024-02-29')).toEqual(['2020-03-01', '2004-02-29', '1996-02-29', '1972-02-29']);
      expect(await daysIn('UTC', '2023-02-28')).toEqual(['2020-02-28', '2019-02-28', '2003-02-28']);
    } finally {
      await years.close();
    }
  });
});
