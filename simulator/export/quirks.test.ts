import { describe, expect, it } from 'vitest';
import { QUIRKS, type Quirk, type Quirks, quirksFrom } from './quirks.ts';
import { allOf, type JsonRecord, type TestExport, testExport } from './testing.ts';
import type { ExportedPlay } from './truth.ts';

const text = (value: unknown): string => JSON.stringify(value);
const secondsOf = (record: JsonRecord): number => Date.parse(String(record.ts)) / 1000;
const itemOf = (record: JsonRecord): string =>
  text([record.master_metadata_track_name, record.master_metadata_album_artist_name, record.episode_name, record.audiobook_chapter_uri]);

/** Records that equal an earlier one of the same package. */
function repeated({ records }: TestExport): number {
  const all = [...records].flatMap(([file, list]) => list.map((record) => `${file.split('/')[0]} ${text(record)}`));
  return all.length - new Set(all).size;
}

/** Neighbours that are the same item with the same length within 30 s and a third of it. */
function nearlyRepeated(one: TestExport): number {
  const key = (record: JsonRecord): string => `${itemOf(record)} ${record.ms_played} ${record.ts}`;
  const sorted = allOf(one).toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  return sorted.filter((record, i) => {
    const before = sorted[i - 1];
    if (before === undefined || itemOf(before) !== itemOf(record) || before.ms_played !== record.ms_played) return false;
    const gap = secondsOf(record) - secondsOf(before);
    return gap > 0 && gap <= Math.min(30, Number(record.ms_played) / 3000);
  }).length;
}

const evident = (one: TestExport): readonly ExportedPlay[] => one.truth.plays.filter((play) => play.evidence.length > 0);
const recordOf = (one: TestExport, play: ExportedPlay): JsonRecord => one.at(play.evidence[0] ?? { file: '', item: 0 });
const lateBy = (play: ExportedPlay): number => Date.parse(play.ts ?? '') - Math.floor(Date.parse(play.endedAt) / 1000) * 1000;
const isOffline = (one: TestExport, play: ExportedPlay): boolean => recordOf(one, play).offline === true;

/** How often a quirk can be seen in what was written: by the records, and where only the listener knows better, by its true times and ids. */
const SEEN: Readonly<Record<Quirk, (one: TestExport) => number>> = {
  overlapping: (one) => one.truth.packages.length - 1,
  differing_detail: (one) => evident(one).filter((play) => new Set(play.evidence.map((place) => text(one.at(place)))).size > 1).length,
  duplicates: repeated,
  near_copies: nearlyRepeated,
  shared_ts: (one) => evident(one).filter((play) => lateBy(play) > 0 && !isOffline(one, play)).length,
  offline_flush: (one) => evident(one).filter((play) => lateBy(play) > 0 && isOffline(one, play)).length,
  ms_timestamps: (one) => allOf(one).filter((record) => Number(record.offline_timestamp) > 1e12).length,
  null_uris: (one) => evident(one).filter((play) => play.kind === 'track' && recordOf(one, play).spotify_track_uri === null).length,
  zero_ms: (one) => allOf(one).filter((record) => record.ms_played === 0).length,
  absurd_ms: (one) => allOf(one).filter((record) => Number(record.ms_played) > 172_000_000).length,
  relinked: (one) =>
    evident(one).filter((play) => play.kind === 'track' && play.uri !== null && play.uri !== `spotify:track:${play.itemId}`).length,
  placeholders: (one) =>
    evident(one).filter((play) => play.kind === 'track' && recordOf(one, play).master_metadata_track_name === null).length,
  short_loops: (one) => {
    const plays = evident(one);
    const isLoop = (play: ExportedPlay, before: ExportedPlay | undefined): boolean =>
      before?.itemId === play.itemId && play.kind === 'track' && Date.parse(play.endedAt) - Date.parse(before.endedAt) < 60_000;
    return plays.filter((play, i) => isLoop(play, plays[i - 1]) && play.msPlayed > 10_000).length;
  },
  late_played_at: (one) => one.truth.plays.filter((play) => play.playedAt.length > 0 && play.playedAt[0] !== play.endedAt).length,
};

const plainly = testExport();

describe('a quirk', () => {
  const names = Object.keys(QUIRKS) as readonly Quirk[];

  it('is never there when it is off', async () => {
    const plain = await plainly;
    // A few sessions are one song over and over, and now and then it is a short one.
    const left = names.filter((name) => name !== 'short_loops' && SEEN[name](plain) > 0);
    expect(left).toEqual([]);
    expect(plain.truth.quirks).toEqual({});
  });

  it.each(names)('%s is there when it is on, as often as the truth says', async (name) => {
    const rate: Quirks = { [name]: Math.max(0.05, QUIRKS[name]) };
    const [odd, plain] = [await testExport(rate), await plainly];
    const seen = SEEN[name](odd);
    expect(seen).toBeGreaterThan(name === 'short_loops' ? SEEN.short_loops(plain) + 20 : 1);
    const others = Object.keys(odd.truth.quirks).filter((other) => other !== name);
    expect(others).toEqual([]);
    const exact: readonly Quirk[] = ['duplicates', 'near_copies', 'offline_flush', 'ms_timestamps', 'null_uris', 'zero_ms', 'absurd_ms'];
    if (exact.includes(name)) expect(seen).toBe(odd.truth.quirks[name]);
  });

  it('late or shared ts stay within a minute, and offline plays that were sent together have one ts and a stamp of their own', async () => {
    const shared = await testExport({ shared_ts: 1 });
    const late = evident(shared).map(lateBy);
    expect(Math.max(...late)).toBeLessThanOrEqual(60_000);
    const flushed = await testExport({ offline_flush: 1 });
    const offline = evident(flushed).filter((play) => play.quirks.includes('offline_flush'));
    const times = new Set(offline.map((play) => play.ts));
    expect(times.size).toBeLessThan(offline.length / 2);
    expect(offline.every((play) => recordOf(flushed, play).offline_timestamp === Math.floor(Date.parse(play.startedAt) / 1000))).toBe(true);
  });

  it('placeholders are Unknown Track by Unknown Artist in the short history', async () => {
    const short = await testExport({ placeholders: 0.05 }, { forms: ['account'] });
    const hidden = evident(short).filter((play) => play.quirks.includes('placeholders'));
    expect(hidden.length).toBeGreaterThan(20);
    for (const play of hidden) expect(recordOf(short, play)).toMatchObject({ artistName: 'Unknown Artist', trackName: 'Unknown Track' });
  });

  it('a later export keeps what it does not lose, and loses nothing that no earlier one had', async () => {
    const one = await testExport({ differing_detail: 0.2 });
    const [first] = one.truth.packages;
    const touched = one.truth.plays.filter((play) => play.quirks.includes('differing_detail'));
    for (const play of touched) {
      const [best, ...later] = play.evidence.map((place) => one.at(place));
      for (const record of later) {
        const changed = Object.keys(record).filter((name) => record[name] !== best?.[name]);
        expect(changed.every((name) => /^(reason_end|spotify_track_uri|spotify_episode_uri|offline_timestamp)$/.test(name))).toBe(true);
      }
      expect(Date.parse(play.ts ?? '')).toBeLessThanOrEqual(Date.parse(one.truth.packages.at(-2)?.requestedAt ?? ''));
    }
    expect(first?.form).toBe('extended');
  });

  it('is asked for by name, with its own rate or another', () => {
    expect(quirksFrom('none')).toEqual({});
    expect(quirksFrom('all')).toEqual(QUIRKS);
    expect(quirksFrom('duplicates, zero_ms=0.5')).toEqual({ duplicates: 0.02, zero_ms: 0.5 });
    expect(() => quirksFrom('duplicate')).toThrow('there is no quirk "duplicate"');
    expect(() => quirksFrom('zero_ms=2')).toThrow('it lies between 0 and 1');
  });
});
