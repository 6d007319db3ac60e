import type { Evidence } from './evidence.ts';
import { itemKeys } from './items.ts';
import { secondClock } from './pieces.ts';

/** What one source says of one play: a record, and the copies of it that rule 1 found. */
export interface Sighting {
  /** Position of the record that comes first in content order; it stands for the play. */
  readonly first: number;
  readonly copies: readonly Copy[];
  /** When the play ended, as the first record has it: at or after `from`, before `until`; a point where they are equal. */
  readonly from: number;
  readonly until: number;
  readonly msPlayed: number | null;
  /** The stamp that any of the records has; rule 1 puts no two different ones together. */
  readonly offlineStamp: number | null;
  /** End of the play by its second clock; null where it has none. */
  readonly secondEnd: number | null;
  /** What any of the records can be found by. */
  readonly keys: readonly string[];
}

export interface Copy {
  readonly record: number;
  readonly rule: 'rule_1a' | 'rule_1b' | 'rule_1c' | 'rule_1d';
}

/** The sighting of records that are copies of their first; `[record, evidence]` in content order, at least one. */
export function sightingOf(records: readonly Placed[], rule: Copy['rule']): Sighting {
  const [[first, { endedFrom, endedUntil, msPlayed }], ...others] = records as readonly [Placed, ...Placed[]];
  const offlineStamp = records.find(([, record]) => record.offlineStamp !== null)?.[1].offlineStamp ?? null;
  return {
    first,
    copies: others.map(([record]) => ({ record, rule })),
    from: endedFrom,
    until: endedUntil,
    msPlayed,
    offlineStamp,
    secondEnd: secondClock(offlineStamp, msPlayed),
    keys: distinct(records.flatMap(([, record]) => itemKeys(record))),
  };
}

/** One sighting of several, the first of which stands for all; in content order, at least one. */
export function joined(sightings: readonly Sighting[], rule: Copy['rule']): Sighting {
  const [first, ...others] = sightings as readonly [Sighting, ...Sighting[]];
  return {
    ...first,
    copies: [...first.copies, ...others.flatMap((other) => [{ record: other.first, rule }, ...other.copies])],
    keys: distinct(sightings.flatMap(({ keys }) => keys)),
  };
}

/** A record and its position in content order. */
export type Placed = readonly [position: number, record: Evidence];

/** 0 where intervals touch or overlap, else the milliseconds between them. */
export function distance(a: Sighting, b: Sighting): number {
  return Math.max(0, a.from - b.until, b.from - a.until);
}

/** Both hold a moment in common: intervals end before their `until`, so those that only touch do not. */
export function overlap(a: Sighting, b: Sighting): boolean {
  return Math.max(a.from, b.from) <= Math.min(lastMoment(a), lastMoment(b));
}

/** Times are whole milliseconds. */
const lastMoment = ({ from, until }: Sighting): number => Math.max(from, until - 1);

const distinct = (keys: readonly string[]): readonly string[] => [...new Set(keys)];
