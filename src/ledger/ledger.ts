import { extendedSightings, polledSightings, shortSightings } from './copies.ts';
import { type Evidence, type Origin, RANK, type Verdict } from './evidence.ts';
import { grouped } from './grouping.ts';
import { itemIdentity } from './items.ts';
import { type Pairs, polledToAnchors, shortToExtended } from './pairing.ts';
import { pieces } from './pieces.ts';
import type { Placed, Sighting } from './sighting.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Which plays there were, by the rules of docs/ledger.md: a pure function of the set of evidence.
 *
 * @param evidence all records of ONE account, or any of its pieces, in content order: by time, URI (none last), stamp (none last), then
 *   every other column. Wherever a rule says *first*, it means this order.
 * @param closedDays UTC days, counted from 1970-01-01 as 0, of which an export has told everything (rule 4).
 * @returns one verdict a record, in the same order. Each play has exactly one `kept` record, and `play` of every other record that speaks
 *   of it is that record's position. `play` is null for a `filtered` record and for its copies, which stay `duplicate`.
 */
export function judge(evidence: readonly Evidence[], closedDays: ReadonlySet<number>): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  for (const piece of pieces(evidence)) judgePiece(placed(evidence, piece), closedDays, verdicts);
  return verdicts;
}

/** Judges all evidence as one piece. It gives what {@link judge} gives, which the laws hold it to: cutting saves work and changes nothing. */
export function judgeUncut(evidence: readonly Evidence[], closedDays: ReadonlySet<number>): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  judgePiece(placed(evidence, evidence.keys()), closedDays, verdicts);
  return verdicts;
}

function placed(evidence: readonly Evidence[], positions: Iterable<number>): readonly Placed[] {
  return [...positions].flatMap((position): readonly Placed[] => {
    const record = evidence[position];
    return record === undefined ? [] : [[position, record]];
  });
}

function judgePiece(records: readonly Placed[], closedDays: ReadonlySet<number>, verdicts: Verdict[]): void {
  const byOrigin = grouped(records, ([, { origin }]) => origin);
  const of = (origin: Origin): readonly Placed[] => byOrigin.get(origin) ?? [];
  const extended = extendedSightings(of('extended_history'));
  const short = shortSightings(of('account_history'));
  const polled = polledSightings(of('recently_played'));

  const ofShort = shortToExtended(short, extended);
  const anchors = [...extended, ...short.filter((one) => !ofShort.has(one))].sort((a, b) => a.first - b.first);
  const ofPolled = polledToAnchors(polled, anchors);
  const isClosed = (one: Sighting): boolean => !ofPolled.has(one) && closedDays.has(Math.floor(one.from / DAY_MS));

  for (const one of extended) settle(verdicts, one, one.first, KEPT);
  for (const one of short) settlePaired(verdicts, one, ofShort, 'rule_2');
  for (const one of polled) {
    if (isClosed(one)) settle(verdicts, one, null, { verdict: 'filtered', reason: 'closed_by_export' });
    else settlePaired(verdicts, one, ofPolled, 'rule_3');
  }
  number(records, verdicts);
}

const KEPT = { verdict: 'kept', reason: null } as const;

function settlePaired(verdicts: Verdict[], one: Sighting, pairs: Pairs, reason: string): void {
  const anchor = pairs.get(one);
  if (anchor === undefined) settle(verdicts, one, one.first, KEPT);
  else settle(verdicts, one, anchor.first, { verdict: 'merged', reason });
}

/** Writes the verdict of a sighting's first record, and of its copies. */
function settle(verdicts: Verdict[], one: Sighting, play: number | null, first: Pick<Verdict, 'verdict' | 'reason'>): void {
  verdicts[one.first] = { ...first, play, ordinal: 0 };
  for (const { record, rule } of one.copies) verdicts[record] = { verdict: 'duplicate', reason: rule, play, ordinal: 0 };
}

/** Rule 6: kept records that the columns of their identity do not tell apart are counted in content order. */
function number(records: readonly Placed[], verdicts: Verdict[]): void {
  const kept = records.filter(([position]) => verdicts[position]?.verdict === 'kept');
  for (const alike of grouped(kept, ([, record]) => identity(record)).values()) {
    for (const [index, [position]] of alike.entries()) {
      verdicts[position] = { ...KEPT, play: position, ordinal: index + 1 };
    }
  }
}

function identity(record: Evidence): string {
  return [RANK[record.origin], record.endedFrom, record.msPlayed, record.offlineStamp, itemIdentity(record)].join(' ');
}
