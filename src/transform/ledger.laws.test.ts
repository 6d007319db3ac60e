import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Evidence, type Origin, RANK, type Verdict } from '../ledger/evidence.ts';
import { grouped } from '../ledger/grouping.ts';
import { judge } from '../ledger/ledger.ts';
import type { Row } from './duckdb.ts';
import type { BuiltBatch } from './run-models.ts';
import type { StageInput } from './stage.ts';
import { openTestLake, rawHistory, rawPages, type TestLake, testFolder } from './testing.ts';

const SECOND = 1_000;
const DAY = 86_400 * SECOND;
const FIRST = Date.UTC(2006, 0);
const LAST = Date.UTC(2100, 0) - SECOND;
const YEARS = [2024, 2025, 2026].map((year) => Date.UTC(year, 0));

/** One record as its source tells it. */
interface Told {
  readonly ended: number;
  readonly json: unknown;
}
/** What one raw object tells. */
interface Source {
  readonly form: Origin;
  readonly account: string;
  readonly records: readonly Told[];
  /** A history with a record at fault before the others: out of the contract, or of a type that no reader takes. */
  readonly fault: 'none' | 'range' | 'type';
}

const isoSecond = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

// Everything happens around turns of years, so that partitions are joined, in chains too, by edges and by second clocks.
const anySeconds = fc.oneof(
  fc.constantFrom(-92, -91, -90, -61, -60, -30, -3, -1, 0, 1, 3, 15, 30, 45, 60, 90, 91, 92),
  fc.integer({ min: -240, max: 240 }),
);
const anyTurn = fc.constantFrom(...YEARS, ...YEARS, ...YEARS, FIRST, LAST);
const anyTime = fc.tuple(anyTurn, anySeconds).map(([turn, seconds]) => Math.min(LAST, Math.max(FIRST, turn + seconds * SECOND)));
const anyLength = fc.constantFrom(0, 0, 400, 1_000, 30_000, 45_000, 45_000, 200_000, 200_000, 30 * 24 * 3_600_000);
const anyName = fc.constantFrom('a', 'a', 'a1', 'b');
const titleOf = (name: string): string => `Song ${name.replace(/\d+$/, '')}`;

const anyStamp = fc.oneof(
  fc.constantFrom(null, 0),
  fc.tuple(anyTime, fc.constantFrom(1, 1_000, 1_000_000)).map(([secondEnd, unit]) => ({ secondEnd, unit })),
);
const anyExtended = fc
  .record({
    name: anyName,
    ended: anyTime,
    ms: anyLength,
    stamp: anyStamp,
    platform: fc.constantFrom(null, 'web', 'phone'),
    said: fc.constantFrom('all', 'all', 'all', 'no uri', 'no names', 'no title', 'no artist', 'nothing'),
  })
  .map(({ name, ended, ms, stamp, platform, said }): Told => {
    const began = stamp === null || stamp === 0 ? 0 : Math.max(0, Math.floor((stamp.secondEnd - ms) / SECOND));
    const isNamed = said !== 'no names' && said !== 'nothing';
    const json = {
      ts: isoSecond(ended),
      ms_played: ms,
      platform,
      offline_timestamp: stamp === null ? null : stamp === 0 ? 0 : began * stamp.unit,
      master_metadata_track_name: !isNamed || said === 'no title' ? null : titleOf(name),
      master_metadata_album_artist_name: !isNamed || said === 'no artist' ? null : `One ${said === 'no title' ? name : ''}`,
      spotify_track_uri: said === 'all' || said === 'no names' || said === 'no artist' ? `spotify:track:${name}` : null,
    };
    return { ended, json };
  });
const anyShort = fc
  .record({ name: fc.constantFrom('a', 'a', 'b', 'unknown', 'show 1', 'show 2'), ended: anyTime, msPlayed: anyLength })
  .map(({ name, ended, msPlayed }): Told => {
    const minute = Math.floor(ended / 60_000) * 60_000;
    const endTime = new Date(minute).toISOString().slice(0, 16).replace('T', ' ');
    if (name.startsWith('show')) return { ended: minute, json: { endTime, podcastName: name, msPlayed } };
    const names =
      name === 'unknown' ? { trackName: 'Unknown Track', artistName: 'Unknown Artist' } : { trackName: titleOf(name), artistName: 'one' };
    return { ended: minute, json: { endTime, ...names, msPlayed } };
  });
const anyPolled = fc
  .record({
    name: anyName,
    ended: anyTime,
    ms: fc.constantFrom(0, 0, 1, 999),
    isLocal: fc.nat({ max: 5 }),
    context: fc.constantFrom(null, 'p'),
  })
  .map(({ name, ended, ms, isLocal, context }): Told => {
    const known = isLocal === 0 ? { id: null, uri: null, is_local: true } : { id: name, uri: `spotify:track:${name}` };
    const track = {
      ...known,
      type: 'track',
      name: titleOf(name),
      artists: [{ name: 'One' }, { name: 'Two' }],
      album: { name: 'Album', artists: [] },
    };
    return {
      ended: ended + ms,
      json: {
        track,
        played_at: new Date(ended + ms).toISOString(),
        context: context === null ? null : { uri: `spotify:playlist:${context}` },
      },
    };
  });

/** Records far before and after a turn of the year: with them a file closes days around it. */
function brackets(form: Origin, turn: number): readonly Told[] {
  return [turn - 5 * DAY, turn + 9 * DAY].map((ended, at) => {
    const names = { master_metadata_track_name: 'Bracket', spotify_track_uri: `spotify:track:bracket${at}` };
    const endTime = new Date(ended).toISOString().slice(0, 16).replace('T', ' ');
    const json =
      form === 'extended_history'
        ? { ts: isoSecond(ended), ms_played: 1, ...names }
        : { endTime, trackName: 'Bracket', artistName: 'B', msPlayed: 1 };
    return { ended, json };
  });
}

function anyHistory(form: 'extended_history' | 'account_history', record: fc.Arbitrary<Told>): fc.Arbitrary<Source> {
  return fc
    .record({
      account: fc.constantFrom('me', 'me', 'me', 'you'),
      own: fc.array(record, { minLength: 1, maxLength: 6 }),
      turn: fc.option(fc.constantFrom(...YEARS), { freq: 2 }),
      fault: fc.constantFrom('none', 'none', 'none', 'none', 'range', 'type'),
    })
    .map(({ account, own, turn, fault }) => ({ form, account, fault, records: turn === null ? own : [...own, ...brackets(form, turn)] }));
}
const anyPoll = fc
  .record({ account: fc.constantFrom('me', 'me', 'me', 'you'), records: fc.array(anyPolled, { minLength: 1, maxLength: 5 }) })
  .map((poll): Source => ({ ...poll, form: 'recently_played', fault: 'none' }));
const anySource = fc.oneof(
  anyHistory('extended_history', anyExtended),
  anyHistory('extended_history', anyExtended),
  anyHistory('account_history', anyShort),
  anyPoll,
  anyPoll,
);

const folder = testFolder();
let polls = 0;

function rawOf({ form, account, records, fault }: Source): StageInput {
  const told = records.map(({ json }) => json);
  if (form === 'recently_played') {
    polls += 1;
    const at = new Date(Date.UTC(2026, 5) + polls * SECOND).toISOString();
    return rawPages(
      folder,
      form,
      [{ path: '/me/player/recently-played', at, body: { items: told, next: null, cursors: null, limit: 50 } }],
      account,
    );
  }
  if (fault === 'none') return rawHistory(folder, form, told, 'history.json', account);
  const bad =
    fault === 'range'
      ? { ts: '1970-01-01T00:00:00Z', endTime: '1970-01-01 00:00' }
      : { ts: '2024-06-01T00:00:00Z', ms_played: {}, msPlayed: {} };
  const { path } = rawHistory(folder, form, [null, ...told], 'history.json', account);
  const quarantined = [{ line: 1, list: '', item: 0, field: 'ts', code: 'bad_value', message: 'bad' }];
  return { ...rawHistory(folder, form, [bad, ...told], 'history.json', account), mend: async () => ({ path, quarantined }) };
}

/** Rule 4 by its words: a file closes the days on which it has a song, one before them and one 7 days after their end. */
function closedDays(sources: readonly Source[]): ReadonlySet<number> {
  const days = sources
    .filter(({ form }) => form !== 'recently_played')
    .flatMap(({ records }) => {
      const songs = records.filter(({ json }) => !Object.hasOwn(json as object, 'podcastName')).map(({ ended }) => ended);
      const [first, last] = [Math.min(...songs), Math.max(...songs)];
      return songs.map((ended) => Math.floor(ended / DAY)).filter((day) => first < day * DAY && last >= (day + 8) * DAY);
    });
  return new Set(days);
}

/** Columns of the evidence in content order: rows that are sorted by all of them are in it. */
const IN_CONTENT_ORDER = `account_id, ended_from, track_uri, offline_stamp, origin, ended_until, ms_played, kind, track_id, track_name, artist_name, album_name,
  show_name, title_key, artist_keys, context_uri, platform, country, reason_start, reason_end, is_shuffle, is_skipped, is_offline, is_incognito, source,
  file_sha256, evidence_id, verdict, reason, play_id, copy_count, _raw_item`;

const textOf = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
const numberOf = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));
const timeOf = (value: unknown): number | null =>
  value === null || value === undefined ? null : Number((value as { micros: bigint }).micros) / 1_000;

function evidenceOf(row: Row): Evidence {
  return {
    origin: String(row.origin) as Origin,
    endedFrom: timeOf(row.ended_from) ?? 0,
    endedUntil: timeOf(row.ended_until) ?? 0,
    msPlayed: numberOf(row.ms_played),
    uri: textOf(row.track_uri),
    titleKey: textOf(row.title_key),
    artistKeys: JSON.parse(textOf(row.artist_keys) ?? '[]') as readonly string[],
    offlineStamp: timeOf(row.offline_stamp),
    fileSha256: textOf(row.file_sha256),
  };
}

interface Judged {
  readonly row: Row;
  readonly verdict: Verdict;
  readonly kept: Row | undefined;
}

/** All evidence of one account, in content order, judged at once. */
function judgedAtOnce(rows: readonly Row[], sources: readonly Source[], account: string): readonly Judged[] {
  const own = rows.filter(({ account_id }) => account_id === account);
  const verdicts = judge(own.map(evidenceOf), closedDays(sources.filter((source) => source.account === account)));
  return own.map((row, at) => {
    const verdict = verdicts[at] ?? { verdict: 'kept', reason: 'none', play: null, ordinal: 0 };
    return { row, verdict, kept: verdict.play === null ? undefined : own[verdict.play] };
  });
}

const FIRST_VALUES = ['ms_played', 'kind', 'track_uri', 'track_name', 'artist_name', 'context_uri', 'platform'] as const;

/** The plays that these records tell of, by rule 5. */
function playsOf(judged: readonly Judged[]): readonly string[] {
  const told = grouped(
    judged.filter(({ kept }) => kept !== undefined),
    ({ kept }) => kept,
  );
  return [...told].map(([kept, records]) => {
    const rows = records.map(({ row }) => row).sort((a, b) => rankOf(a) - rankOf(b));
    const values = FIRST_VALUES.map((name) => rows.map((row) => row[name]).find((value) => value !== null) ?? null);
    const confidence = rows.some((row) => rankOf(row) < 3) ? 'certain' : 'provisional';
    return shown([kept?.play_id, kept?.account_id, timeOf(kept?.ended_from), ...values, confidence, BigInt(rows.length)]);
  });
}
const rankOf = ({ origin }: Row): number => RANK[String(origin) as Origin];
const shown = (values: readonly unknown[]): string => values.map(String).join(' ');

async function expectRuled(lake: TestLake, sources: readonly Source[]): Promise<void> {
  const rows = await lake.rows('play_evidence', IN_CONTENT_ORDER);
  const judged = ['me', 'you'].flatMap((account) => judgedAtOnce(rows, sources, account));
  const found = judged.map(({ row }) => [row.evidence_id, row.verdict, row.reason, row.play_id]);
  const expected = judged.map(({ row, verdict, kept }) => [row.evidence_id, verdict.verdict, verdict.reason, kept?.play_id ?? null]);
  expect(found).toEqual(expected);
  const plays = await lake.rows('plays', `play_id, account_id, ended_at, ${FIRST_VALUES.join(', ')}, confidence, evidence_count`);
  const inLake = plays.map(({ ended_at, play_id, account_id, ...rest }) =>
    shown([play_id, account_id, timeOf(ended_at), ...Object.values(rest)]),
  );
  expect(inLake.sort()).toEqual([...playsOf(judged)].sort());
  const [played] = await lake.rows('plays', 'count(*) as n, sum(ms_played)::bigint as ms, max(ended_at) as last');
  expect(await lake.rows('plays_hourly', 'coalesce(sum(plays_any)::bigint, 0) as n, sum(ms_any)::bigint as ms')).toEqual([
    { n: played?.n, ms: played?.ms },
  ]);
  const yearly = 'coalesce(sum(plays_any)::bigint, 0) as n, sum(ms_any)::bigint as ms, max(last_any_at) as last';
  expect(await lake.rows('plays_yearly', yearly)).toEqual([played]);
}

const BUCKETS = ['kept', 'merged', 'duplicate', 'filtered', 'quarantined'] as const;

/** What builds said became of records, and what is in the tables now: promise 2 of the data. */
async function expectReconciled(lake: TestLake, builds: readonly BuiltBatch[], sources: readonly Source[]): Promise<void> {
  const sums = new Map<string, number>();
  const add = (bucket: string, n: number): unknown => sums.set(bucket, (sums.get(bucket) ?? 0) + n);
  for (const { tally } of builds.flatMap(({ staged }) => staged)) {
    expect(tally.read).toBe(BUCKETS.reduce((sum, bucket) => sum + tally[bucket], 0));
    for (const bucket of BUCKETS) {
      expect(tally[bucket]).toBeGreaterThanOrEqual(0);
      add(bucket, tally[bucket]);
    }
  }
  for (const { from, to, count } of builds.flatMap(({ judgedAnew }) => judgedAnew)) {
    add(from, -count);
    add(to, count);
  }
  const held = await lake.rows('play_evidence', 'verdict, copy_count');
  const now = (bucket: string): number => held.filter(({ verdict }) => verdict === bucket).length;
  const copies = held.reduce((sum, { copy_count }) => sum + Number(copy_count), 0);
  const faults = sources.filter(({ fault }) => fault !== 'none').length;
  const expected = [now('kept'), now('merged'), now('duplicate') + copies, now('filtered'), faults];
  expect(BUCKETS.map((bucket) => sums.get(bucket) ?? 0)).toEqual(expected);
  const records = sources.reduce((sum, source) => sum + source.records.length, 0);
  expect(expected.reduce((sum, n) => sum + n)).toBe(records + faults);
}

const RUNS = process.env.TONEARM_SOAK === '1' ? 300 : 5;

const isOfItsOwn = ({ form, account, records, fault }: Source): string => JSON.stringify([form, account, records, fault]);
const anySources = fc.uniqueArray(anySource, { minLength: 2, maxLength: 9, selector: isOfItsOwn });

describe('the play ledger over random evidence', () => {
  it('gives what judging all evidence of an account at once gives, in any order, builds and batches', { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anySources, fc.infiniteStream(fc.nat()), async (sources, choices) => {
        const next = (limit: number): number => choices.next().value % limit;
        const raws = sources.map(rawOf);
        const [whole, steps] = [await openTestLake(folder), await openTestLake(folder)];
        try {
          await expectReconciled(whole, [await whole.build(raws)], sources);
          await expectRuled(whole, sources);
          const left = [...raws];
          const some = (): readonly StageInput[] =>
            Array.from({ length: 1 + next(Math.min(left.length, 3)) }, () => left.splice(next(left.length), 1)).flat();
          const builds: BuiltBatch[] = [];
          while (left.length > 0) {
            const batches = [some()];
            while (left.length > 0 && next(3) === 0) batches.push(some());
            builds.push(await steps.build(...batches));
          }
          await expectReconciled(steps, builds, sources);
          expect(await steps.sums()).toEqual(await whole.sums());
        } finally {
          for (const lake of [whole, steps]) lake.close();
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});
