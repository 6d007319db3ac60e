import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReportLake, dimension, type Params, play, type ReportLake } from './testing.ts';

let lake: ReportLake;

const lasting = (minutes: number): Params => ({ ms_played: minutes * 60_000 });
/** As an export tells it: the start is the end less what was played. */
const heard = (started: string, minutes: number, track: string, more: Params = {}): Params => {
  const ended = new Date(Date.parse(`${started.replace(' ', 'T')}Z`) + minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
  return play(ended, track, { started_at: started, ...lasting(minutes), track_name: `Song ${track}`, ...more });
};
const polled = (ended: string, track: string, more: Params = {}): Params =>
  play(ended, track, { ms_played: null, confidence: 'provisional', track_name: `Song ${track}`, ...more });

beforeAll(async () => {
  lake = await createReportLake(
    async ({ add }) => {
      await add('tracks', [
        dimension({ track_id: 't1', name: 'Song t1', duration_ms: 240_000, album_id: 'b1', _artist_ids: ['a1'] }),
        dimension({ track_id: 't2', name: 'Song t2', duration_ms: null, _artist_ids: ['a1'] }),
      ]);
      await add('artists', [dimension({ artist_id: 'a1', name: 'Björk' })]);
      await add('albums', [dimension({ album_id: 'b1', name: 'Début', _artist_ids: ['a1'] })]);
      await add('plays', [
        // A session over midnight of Berlin (23:00 UTC in winter): pauses of 29 and of 30 minutes, the latter of which ends it.
        heard('2026-01-10 22:50:00', 5, 't1', { album_name: 'Début' }),
        heard('2026-01-10 23:24:00', 3, 't2', { artist_name: 'Ane' }),
        heard('2026-01-10 23:27:00', 0.25, 't3'),
        heard('2026-01-10 23:28:00', 2, 't1', { artist_name: 'Ane' }),
        heard('2026-01-11 00:00:00', 1, 't9', { artist_name: 'Nobody', album_name: 'Ægir', track_name: '100% _Ça_' }),
        // Another account at the same time.
        heard('2026-01-10 22:55:00', 10, 't2', { account_id: 'you' }),
        // Two that overlap, and end in the other order than they began.
        heard('2026-01-20 10:00:00', 60, 't4', { kind: 'episode', artist_name: null, show_name: 'Show' }),
        heard('2026-01-20 10:20:00', 5, 't1'),
        heard('2026-01-20 11:29:00', 1, 't1'),
        // Polled: the second began four minutes before it ended, so that 29 minutes lie before it; the third has no length that is known.
        polled('2026-02-01 12:00:00', 't1'),
        polled('2026-02-01 12:33:00', 't1'),
        polled('2026-02-01 13:03:00', 't2'),
        // Days in a row around the change of Berlin's clocks on 2026-03-29: 22:30 UTC of the 28th is 23:30 there, 22:30 of the 29th is the 30th.
        heard('2026-03-28 22:30:00', 1, 't1'),
        heard('2026-03-29 21:30:00', 1, 't1'),
        heard('2026-03-29 22:30:00', 1, 't1', { account_id: 'you' }),
        heard('2026-11-20 09:00:00', 1, 't2'),
        heard('2026-11-21 09:00:00', 0.25, 't2'),
      ]);
    },
    { me: 'Europe/Berlin', you: 'Europe/Berlin' },
  );
});
afterAll(() => lake.close());

const sessions = (params: Params) => lake.pick('sessions', 'started_at ended_at minutes play_count track_count', params);

describe('sessions', () => {
  it('end with a pause of half an hour, hold one account each, and are whole where they pass midnight', async () => {
    const day = { from: '2026-01-10', to: '2026-01-10' };
    expect(await sessions(day)).toEqual([
      ['2026-01-10T22:50:00Z', '2026-01-10T23:30:00Z', 40, 3, 2],
      ['2026-01-10T22:55:00Z', '2026-01-10T23:05:00Z', 10, 1, 1],
    ]);
    expect(await sessions({ from: '2026-01-11', to: '2026-01-11' })).toEqual([['2026-01-11T00:00:00Z', '2026-01-11T00:01:00Z', 1, 1, 1]]);
    expect(await sessions({ ...day, time_zone: 'America/New_York', account: 'you' })).toEqual([
      ['2026-01-10T22:55:00Z', '2026-01-10T23:05:00Z', 10, 1, 1],
    ]);
  });

  it('tell what they began with and the artist of most plays, by name where two have as many', async () => {
    const told = 'first_track_name top_artist_name account_id url';
    expect(await lake.pick('sessions', told, { from: '2026-01-10', to: '2026-01-20', account: 'me', order: 'newest' })).toEqual([
      ['Song t4', 'Björk', 'me', 'https://open.spotify.com/track/t4'],
      ['100% _Ça_', 'Nobody', 'me', 'https://open.spotify.com/track/t9'],
      ['Song t1', 'Ane', 'me', 'https://open.spotify.com/track/t1'],
    ]);
  });

  it('count by the rule that is asked for', async () => {
    expect(await sessions({ from: '2026-01-10', to: '2026-01-10', account: 'me', counting: 'any' })).toEqual([
      ['2026-01-10T22:50:00Z', '2026-01-10T23:30:00Z', 40, 4, 3],
    ]);
    expect(await lake.pick('sessions', 'play_count undecided_count', { from: '2026-02-01', to: '2026-02-01', counting: 'half' })).toEqual([
      [0, 2],
      [0, 1],
    ]);
  });

  it('hold plays that overlap, whichever ends first', async () => {
    expect(await sessions({ from: '2026-01-20', to: '2026-01-20' })).toEqual([['2026-01-20T10:00:00Z', '2026-01-20T11:30:00Z', 90, 3, 2]]);
  });

  it('take a polled play to have been played whole, and to have no length where none is known', async () => {
    expect(await sessions({ from: '2026-02-01', to: '2026-02-01' })).toEqual([
      ['2026-02-01T11:56:00Z', '2026-02-01T12:33:00Z', 37, 2, 1],
      ['2026-02-01T13:03:00Z', '2026-02-01T13:03:00Z', 0, 1, 1],
    ]);
  });
});

const streaks = (params: Params) => lake.rows('streaks', params);

describe('streaks', () => {
  it('are days of the clock on the wall, over its change too', async () => {
    const march = { from: '2026-03-01', to: '2026-03-31' };
    expect(await streaks(march)).toEqual([['2026-03-28', '2026-03-30', 3, 3, 0, false]]);
    expect(await streaks({ ...march, account: 'me' })).toEqual([['2026-03-28', '2026-03-29', 2, 2, 0, false]]);
    expect(await streaks({ ...march, time_zone: 'UTC' })).toEqual([['2026-03-28', '2026-03-29', 2, 3, 0, false]]);
    expect(await streaks({ ...march, to: '2026-03-29' })).toEqual([['2026-03-28', '2026-03-29', 2, 2, 0, false]]);
  });

  it('go on where their last day is today or yesterday', async () => {
    const november = { from: '2026-11-01' };
    expect(await streaks(november)).toEqual([['2026-11-20', '2026-11-20', 1, 1, 0, true]]);
    expect(await streaks({ ...november, counting: 'any' })).toEqual([['2026-11-20', '2026-11-21', 2, 2, 0, true]]);
    // It is the 22nd there.
    expect(await lake.pick('streaks', 'is_current', { ...november, time_zone: 'Pacific/Kiritimati' })).toEqual([[false]]);
  });

  it('come longest first, of those as long the newest', async () => {
    expect(await lake.pick('streaks', 'from_day day_count', { limit: 4 })).toEqual([
      ['2026-03-28', 3],
      ['2026-01-10', 2],
      ['2026-11-20', 1],
      ['2026-02-01', 1],
    ]);
    expect(await lake.rows('streaks', { content: 'audiobooks' })).toEqual([]);
  });
});

describe('listening-totals', () => {
  it('are as many as the lists hold that are asked the same', async () => {
    for (const params of [
      {},
      { from: '2026-01-10', to: '2026-01-11' },
      { counting: 'any', account: 'you' },
      { counting: 'half' },
    ] as const) {
      const [[plays, undecided, ms, ...counts] = []] = await lake.rows('listening-totals', params);
      const days = await lake.pick('plays-per-day', 'play_count undecided_count ms_played', params);
      const sum = (at: number): number => days.reduce((all, day) => all + Number(day[at] ?? 0), 0);
      expect([plays, undecided, Number(ms)]).toEqual([sum(0), sum(1), sum(2)]);
      const lists = await Promise.all(['top-tracks', 'top-artists', 'top-albums'].map((list) => lake.pick(list, 'play_count', params)));
      const listed = [...lists, days.map(([count]) => [count])].map((rows) => rows.filter(([count]) => Number(count) > 0).length);
      expect(counts).toEqual(listed);
      expect(Number(plays)).toBeGreaterThan(0);
    }
  });

  it('of podcasts have plays and days, and no tracks', async () => {
    expect(await lake.rows('listening-totals', { content: 'podcasts' })).toEqual([[1, 0, 3_600_000, 0, 0, 0, 1]]);
    expect(await lake.rows('listening-totals', { to: '2025-12-31' })).toEqual([]);
  });
});

const found = async (search: string, params: Params = {}): Promise<readonly unknown[]> =>
  (await lake.pick('recent-plays', 'ended_at title', { search, ...params })).map((row) => row.join(' '));

describe('recent-plays', () => {
  it('finds every word in title, artist, album or show, whatever case and accents, and takes none for a pattern', async () => {
    expect(await found('aegir')).toEqual([]);
    expect(await found('  ca  NOBODY ')).toEqual(['2026-01-11T00:01:00Z 100% _Ça_']);
    expect(await found('100%')).toEqual(['2026-01-11T00:01:00Z 100% _Ça_']);
    expect(await found('Show')).toEqual(['2026-01-20T11:00:00Z Song t4']);
    expect(await found('debut', { limit: 1 })).toEqual(['2026-01-10T22:55:00Z Song t1']);
    expect(await found('ane t2')).toEqual(['2026-01-10T23:27:00Z Song t2']);
    expect(await found('1__')).toEqual([]);
    expect(await found("' or true --")).toEqual([]);
  });

  it('goes on after a place in the list, and passes over no play that ends at the same moment', async () => {
    const paged = await createReportLake(({ add }) =>
      add(
        'plays',
        [...'dbca']
          .map((id) => play('2026-01-01 10:00:00.000250', 't1', { play_id: id }))
          .concat(play('2026-01-01 09:00:00', 't1', { play_id: 'e' })),
      ).then(() => undefined),
    );
    try {
      const seen: unknown[] = [];
      let before: string | null = null;
      for (let page = 0; page < 4; page += 1) {
        const rows: readonly (readonly unknown[])[] = await paged.pick('recent-plays', 'ended_at play_id', { limit: 2, before });
        seen.push(...rows.map(([, id]) => id));
        const last: readonly unknown[] | undefined = rows.at(-1);
        before = last === undefined ? before : last.join('/');
      }
      expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
    } finally {
      await paged.close();
    }
  });

  it.each([{ before: 'yesterday' }, { before: '2026-99-99T10:00:00Z/a' }, { search: 'a b c d e f g h i' }])(
    'refuses %j',
    async (params) => {
      await expect(lake.rows('recent-plays', params)).rejects.toMatchObject({ code: 'usage' });
    },
  );
});
