import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReportLake, dimension, play, type ReportLake } from './testing.ts';

let lake: ReportLake;

/** Each track is played once, and is named after how. Known length: 3 minutes; none for those that start with `x`. */
const PLAYS: Readonly<Record<string, readonly [ms: number | null, reasonEnd: string | null]>> = {
  skipped: [29_999, 'fwdbtn'],
  short: [30_000, 'fwdbtn'],
  half: [90_000, 'fwdbtn'],
  done: [180_000, 'trackdone'],
  polled: [null, null],
  xlong: [240_000, 'fwdbtn'],
  xdone: [40_000, 'trackdone'],
  xcut: [40_000, 'fwdbtn'],
};

beforeAll(async () => {
  lake = await createReportLake(async ({ add }) => {
    const names = Object.keys(PLAYS);
    await add(
      'tracks',
      names.map((name) => dimension({ track_id: name, name, duration_ms: name.startsWith('x') ? null : 180_000, _artist_ids: ['a1'] })),
    );
    await add('episodes', [dimension({ episode_id: 'e1', name: 'Talk', duration_ms: 100_000 })]);
    await add('plays', [
      ...Object.entries(PLAYS).map(([name, [ms, reason]]) =>
        play('2026-01-01 10:00:00', name, { track_name: name, ms_played: ms, reason_end: reason }),
      ),
      play('2026-01-01 10:00:00', null, { kind: 'episode', track_uri: 'spotify:episode:e1', show_name: 'Show', ms_played: 49_000 }),
    ]);
  });
});
afterAll(() => lake.close());

/** Tracks that count, and after a bar those that are undecided. */
async function counted(counting: string): Promise<string> {
  const rows = await lake.pick('top-tracks', 'track_name play_count undecided_count', { counting });
  const named = (at: 1 | 2): string =>
    rows
      .filter((row) => row[at] === 1)
      .map((row) => row[0])
      .sort()
      .join(' ');
  return `${named(1)} | ${named(2)}`;
}

describe('the counting rule', () => {
  it.each([
    ['any', 'done half polled short skipped xcut xdone xlong | '],
    ['30s', 'done half polled short xcut xdone xlong | '],
    ['completed', 'done xdone | polled'],
    ['half', 'done half xdone xlong | polled xcut'],
  ])('%s counts %s', async (rule, expected) => {
    expect(await counted(rule)).toBe(expected);
  });

  it('is 30s where none is named', async () => {
    expect(await lake.rows('top-tracks')).toEqual(await lake.rows('top-tracks', { counting: '30s' }));
  });

  it('knows the length of episodes', async () => {
    expect(await lake.pick('podcasts', 'play_count', { counting: '30s' })).toEqual([[1]]);
    expect(await lake.rows('podcasts', { counting: 'half' })).toEqual([]);
  });

  it.each([
    ['top-artists', [4, 2, 550_000]],
    ['plays-per-day', [4, 2, 550_000]],
    ['listening-clock', [4, 2, 550_000]],
    ['release-decades', [4, 2, 550_000]],
  ])('is the same in %s, and undecided plays add no time', async (report, numbers) => {
    expect(await lake.pick(report, 'play_count undecided_count ms_played', { counting: 'half' })).toEqual([numbers]);
  });
});
