import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence, Verdict } from './evidence.ts';
import { judge, judgeUncut } from './ledger.ts';
import { pieces } from './pieces.ts';
import { contentOrder, DAY, extended, MINUTE, polled, SECOND, short, sums } from './testing.ts';

const START = Date.UTC(2025, 4, 10, 23, 50);
const TODAY = Math.floor(START / DAY);
const OPTIONS = { numRuns: 300, endOnFailure: true };

// Few items, lengths and moments, so that most records stand in somebody's way. Midnight lies in the middle.
const anyName = fc.constantFrom('a', 'a1', 'a2', 'b', 'c');
const anyLength = fc.constantFrom(0, 400, 1_000, 30_000, 45_000, 45_000, 200_000);
const anySeconds = fc.oneof(fc.constantFrom(0, 1, 3, 15, 30, 45, 60, 90, 91, 600, 601), fc.nat(1_200));
const anyTime = anySeconds.map((seconds) => START + seconds * SECOND);
const anyPollTime = fc.tuple(anyTime, fc.constantFrom(0, 1, 999, 2_999, 3_001, 90_000, 90_001)).map(([time, ms]) => time + ms);
const anyStamp = fc.oneof(
  fc.constant(null),
  anySeconds.map((seconds) => START + (seconds - 200) * SECOND),
);

const anyExtended = fc
  .tuple(anyName, anyTime, anyLength, anyStamp, fc.constantFrom('x1', 'x2'), fc.constantFrom('all', 'all', 'no uri', 'no names', 'nothing'))
  .map(([name, time, ms, stamp, file, said]): Evidence => {
    const record = extended(name, time, { ms, stamp, file });
    const uri = said === 'no uri' || said === 'nothing' ? null : record.uri;
    return said === 'no names' || said === 'nothing' ? { ...record, uri, titleKey: null, artistKeys: [] } : { ...record, uri };
  });
const anyShort = fc
  .tuple(fc.constantFrom('a', 'b', 'unknown'), anyTime, anyLength, fc.constantFrom('s1', 's2'))
  .map(([name, time, ms, file]) => short(name, time, { ms, file }));
const anyPolled = fc.tuple(anyName, anyPollTime).map(([name, time]) => polled(name, time));
const anyRecord = fc.oneof(anyExtended, anyExtended, anyShort, anyPolled);
const anyEvidence = fc.array(anyRecord, { maxLength: 40 });
const anyClosed = fc.subarray([TODAY - 1, TODAY, TODAY + 1]).map((days) => new Set(days));

const inOrder = (evidence: readonly Evidence[]): readonly Evidence[] => [...evidence].sort(contentOrder);

/** Each record with its verdict, and the record that it was led to, as text: positions and files say nothing across two judgements. */
function told(evidence: readonly Evidence[], verdicts: readonly Verdict[]): readonly string[] {
  const withoutFile = (record: Evidence | undefined) => ({ ...record, fileSha256: null });
  return evidence.map((record, index) => {
    const { play, ...rest } = verdicts[index] ?? { play: null };
    return JSON.stringify([withoutFile(record), rest, play === null ? null : withoutFile(evidence[play])]);
  });
}

const plays = (evidence: readonly Evidence[], verdicts: readonly Verdict[]): readonly string[] =>
  told(evidence, verdicts).filter((_, index) => verdicts[index]?.verdict === 'kept');

describe('the verdicts', () => {
  it('do not depend on the order in which evidence came', () => {
    const shuffled = anyEvidence.chain((evidence) =>
      fc.tuple(fc.constant(evidence), fc.shuffledSubarray(evidence, { minLength: evidence.length }), anyClosed),
    );
    fc.assert(
      fc.property(shuffled, ([evidence, other, closed]) => {
        const [one, two] = [inOrder(evidence), inOrder(other)];
        expect(two).toEqual(one);
        expect(judge(two, closed)).toEqual(judge(one, closed));
      }),
      OPTIONS,
    );
  });

  it('are one a record, and each play has one that is kept', () => {
    fc.assert(
      fc.property(anyEvidence, anyClosed, (evidence, closed) => {
        const verdicts = judge(inOrder(evidence), closed);
        expect(verdicts).toHaveLength(evidence.length);
        for (const [index, { verdict, reason, play, ordinal }] of verdicts.entries()) {
          if (verdict === 'kept') expect([reason, play]).toEqual([null, index]);
          if (verdict === 'filtered') expect(play).toBeNull();
          if (verdict === 'merged') expect(play).not.toBeNull();
          if (play !== null) expect(verdicts[play]?.verdict).toBe('kept');
          expect(ordinal > 0).toBe(verdict === 'kept');
        }
      }),
      OPTIONS,
    );
  });

  it('merge a lesser source into a better one, never the other way', () => {
    fc.assert(
      fc.property(anyEvidence, anyClosed, (evidence, closed) => {
        const sorted = inOrder(evidence);
        const merged = judge(sorted, closed).map(({ verdict, play }, index) => ({
          verdict,
          record: sorted[index],
          anchor: sorted[play ?? -1],
        }));
        for (const { record, anchor } of merged.filter(({ verdict }) => verdict === 'merged')) {
          const allowed = {
            extended_history: [],
            account_history: ['extended_history'],
            recently_played: ['extended_history', 'account_history'],
          };
          expect(allowed[record?.origin ?? 'extended_history']).toContain(anchor?.origin);
        }
      }),
      OPTIONS,
    );
  });

  it('give each play an identity of its own', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const sorted = inOrder(evidence);
        const verdicts = judge(sorted, new Set());
        const identities = verdicts.flatMap(({ verdict, ordinal }, index) => {
          const { origin, endedFrom, uri, titleKey, artistKeys, msPlayed, offlineStamp } = sorted[index] ?? polled('a', 0);
          const item = uri ?? [titleKey, ...artistKeys];
          return verdict === 'kept' ? [JSON.stringify([origin, endedFrom, item, msPlayed, offlineStamp, ordinal])] : [];
        });
        expect(new Set(identities).size).toBe(identities.length);
      }),
      OPTIONS,
    );
  });

  it('are the same piece by piece, and without any cut', () => {
    fc.assert(
      fc.property(anyEvidence, anyClosed, (evidence, closed) => {
        const sorted = inOrder(evidence);
        const whole = judge(sorted, closed);
        expect(judgeUncut(sorted, closed)).toEqual(whole);
        for (const piece of pieces(sorted)) {
          const apart = judge(
            piece.map((index) => sorted[index] ?? polled('a', 0)),
            closed,
          );
          expect(apart.map((verdict) => ({ ...verdict, play: verdict.play === null ? null : piece[verdict.play] }))).toEqual(
            piece.map((index) => whole[index]),
          );
        }
      }),
      OPTIONS,
    );
  });

  it('of one time say nothing of another', () => {
    fc.assert(
      fc.property(anyEvidence, anyEvidence, (early, evidence) => {
        const away = 30 * DAY;
        const late = evidence.map((record) => ({
          ...record,
          endedFrom: record.endedFrom + away,
          endedUntil: record.endedUntil + away,
          offlineStamp: record.offlineStamp === null ? null : record.offlineStamp + away,
        }));
        const [first, second] = [inOrder(early), inOrder(late)];
        const alone = [...told(first, judge(first, new Set())), ...told(second, judge(second, new Set()))];
        expect(told([...first, ...second], judge([...first, ...second], new Set()))).toEqual(alone);
      }),
      OPTIONS,
    );
  });
});

describe('a copy of a record', () => {
  // In its own file a second row of the short history is another play (rule 1d); the same row in a file of its own is a copy.
  const copyOf = (record: Evidence, file: string): Evidence =>
    record.origin === 'account_history' ? { ...record, fileSha256: file } : record;
  const anyFile = fc.constantFrom('before s1', 's9');

  it('is one duplicate more, and changes no play', () => {
    fc.assert(
      fc.property(anyEvidence, anyRecord, anyFile, anyClosed, (others, record, file, closed) => {
        const before = inOrder([...others, record]);
        const after = inOrder([...others, record, copyOf(record, file)]);
        const [old, fresh] = [judge(before, closed), judge(after, closed)];
        expect(plays(after, fresh)).toEqual(plays(before, old));
        const { [`duplicate ${RULES[record.origin]}`]: oldCopies = 0, ...oldRest } = sums(old);
        const { [`duplicate ${RULES[record.origin]}`]: copies = 0, ...rest } = sums(fresh);
        expect([copies, rest]).toEqual([oldCopies + 1, oldRest]);
      }),
      OPTIONS,
    );
  });

  it('of a whole package, asked for again, adds only duplicates', () => {
    fc.assert(
      fc.property(anyEvidence, anyClosed, (evidence, closed) => {
        const again = evidence.map((record) =>
          record.fileSha256 === null ? record : { ...record, fileSha256: `again ${record.fileSha256}` },
        );
        const [before, after] = [inOrder(evidence), inOrder([...evidence, ...again])];
        expect(plays(after, judge(after, closed))).toEqual(plays(before, judge(before, closed)));
      }),
      OPTIONS,
    );
  });
});

const RULES = { recently_played: 'rule_1a', extended_history: 'rule_1b', account_history: 'rule_1d' } as const;

describe('a piece of many records', () => {
  /** A listener who skips without a pause, told by all three sources, one of them twice. */
  function skipper(count: number): readonly Evidence[] {
    const records = Array.from({ length: count / 5 }, (_, play) => {
      const [name, time, ms] = [`song${String.fromCharCode(97 + (play % 26))}`, START + play * 7 * SECOND, 6_000 + (play % 50)];
      const row = { ms, file: 'x1' };
      return [
        extended(name, time, row),
        extended(name, time, { ...row, file: 'x2' }),
        extended(name, time + SECOND, { ...row, file: 'x3' }),
        short(name, time, { ms }),
        polled(name, time + 20 * SECOND),
      ];
    });
    return inOrder(records.flat());
  }

  /** Processor time, not time on the wall: other work on the machine says nothing about the ledger. */
  function effort(evidence: readonly Evidence[]): number {
    const efforts = [1, 2, 3].map(() => {
      const before = process.cpuUsage();
      judge(evidence, new Set());
      return process.cpuUsage(before).user;
    });
    return Math.min(...efforts);
  }

  it('takes time in proportion to them, not to their square', { timeout: 60_000 }, () => {
    const [few, many] = [skipper(4_000), skipper(20_000)];
    expect([pieces(many).length, judge(many, new Set()).filter(({ verdict }) => verdict === 'kept').length]).toEqual([1, 4_000]);
    judge(few, new Set());
    // Five times the records: 5 in proportion, 25 by the square.
    expect(effort(many) / effort(few)).toBeLessThan(15);
  });

  it('does not overflow where all of them are of one moment', () => {
    const bulk = Array.from({ length: 20_000 }, (_, index) => extended(`song${index % 7}x`, START, { ms: index }));
    const minutes = Array.from({ length: 20_000 }, (_, index) => short('a', START - MINUTE, { ms: index, file: 's1' }));
    expect(judge(inOrder([...bulk, ...minutes]), new Set())).toHaveLength(40_000);
  });
});
