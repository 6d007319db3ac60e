import { createClusters } from './clusters.ts';
import type { Evidence } from './evidence.ts';
import { grouped } from './grouping.ts';

/** One second more than the farthest that any rule looks. */
const CUT_MS = 91_000;

interface Moment {
  readonly from: number;
  readonly until: number;
  readonly record: number;
}

/**
 * When a play of the extended history ended by its second clock, in milliseconds since 1970: for a play without a connection, `ts` is
 * when the device told Spotify, `offline_timestamp` when the play began. Null where there is no such clock.
 */
export function secondClock(offlineStamp: number | null, msPlayed: number | null): number | null {
  return offlineStamp === null || msPlayed === null ? null : offlineStamp + msPlayed;
}

/**
 * Rule 7: time is cut wherever 91 seconds pass without any end of play; pieces that a record joins by its two clocks are one.
 * No rule looks across such a cut, so each piece can be judged by itself.
 *
 * @returns positions in `evidence`, ascending in a piece; pieces by their first position. Any order of evidence gives the same pieces.
 */
export function pieces(evidence: readonly Evidence[]): readonly (readonly number[])[] {
  const stretches = stretchesOf(evidence.flatMap(momentsOf));
  const joined = createClusters(stretches.length);
  const stretchOf: number[] = [];
  for (const [number, stretch] of stretches.entries()) {
    for (const { record } of stretch) {
      const other = stretchOf[record];
      if (other === undefined) stretchOf[record] = number;
      else joined.join(other, number);
    }
  }
  return [...grouped(evidence.keys(), (record) => joined.first(stretchOf[record] ?? 0)).values()];
}

function momentsOf({ endedFrom, endedUntil, offlineStamp, msPlayed }: Evidence, record: number): readonly Moment[] {
  const second = secondClock(offlineStamp, msPlayed);
  const first = { from: endedFrom, until: endedUntil, record };
  return second === null ? [first] : [first, { from: second, until: second, record }];
}

function stretchesOf(moments: readonly Moment[]): readonly (readonly Moment[])[] {
  const stretches: Moment[][] = [];
  let stretch: Moment[] = [];
  let reach = Number.NEGATIVE_INFINITY;
  for (const moment of [...moments].sort((a, b) => a.from - b.from)) {
    if (moment.from - reach >= CUT_MS) {
      stretch = [];
      stretches.push(stretch);
    }
    stretch.push(moment);
    reach = Math.max(reach, moment.until);
  }
  return stretches;
}
