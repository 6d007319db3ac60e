import { distance, overlap, type Sighting } from './sighting.ts';
import { createTimeline } from './timeline.ts';

/** Minutes of the short history and seconds of the extended one are of the same clock, give or take a minute's rounding. */
const SHORT_MS = 60_000;
/** A poll this near the end of a play is of that play even in a loop of the shortest songs that polls show (30 s). */
const SURE_MS = 3_000;
/** Live and recorded times of one play differ by up to this (seen by other importers of both). */
const POLL_MS = 90_000;
/** Equal ms_played below this says nothing: skips last a few hundred milliseconds each. */
const TELLING_MS = 1_000;
/** The longest interval that an end of play is given in: a minute of the short history. */
const WIDEST_MS = 60_000;

/** Sightings of a lesser source → the anchors that they speak of. */
export type Pairs = ReadonlyMap<Sighting, Sighting>;

/** Pairs so far; each side is in one at most. */
interface Taken {
  readonly pairs: Map<Sighting, Sighting>;
  readonly anchors: Set<Sighting>;
}

interface Sides {
  readonly lesser: readonly Sighting[];
  readonly anchors: readonly Sighting[];
}

/** What makes a pair: a key in common, and intervals near enough. */
interface Condition {
  readonly keysOf: (sighting: Sighting) => readonly string[];
  readonly isNear: (lesser: Sighting, anchor: Sighting) => boolean;
  /** Bound of `isNear` in milliseconds, for the search. */
  readonly withinMs: number;
}

const near = (withinMs: number): Pick<Condition, 'isNear' | 'withinMs'> => ({
  isNear: (a, b) => distance(a, b) <= withinMs,
  withinMs,
});

/**
 * Rule 2: plays of the short history to plays of the extended one, each side once. First same item and equal ms_played, then equal
 * ms_played with intervals that overlap (names differ), then same item alone; last, records that name nothing at all ("Unknown Track"),
 * by equal ms_played of any length: nothing says that they are plays of their own.
 */
export function shortToExtended(short: readonly Sighting[], extended: readonly Sighting[]): Pairs {
  const taken: Taken = { pairs: new Map(), anchors: new Set() };
  const sides: Sides = { lesser: short, anchors: extended };
  const length = ({ msPlayed }: Sighting): readonly string[] => (msPlayed === null ? [] : [String(msPlayed)]);
  takeNearest(sides, taken, {
    keysOf: (sighting) => length(sighting).flatMap((ms) => sighting.keys.map((key) => `${ms} ${key}`)),
    ...near(SHORT_MS),
  });
  takeNearest(sides, taken, {
    keysOf: (sighting) => ((sighting.msPlayed ?? 0) >= TELLING_MS ? length(sighting) : []),
    isNear: overlap,
    withinMs: 0,
  });
  takeNearest(sides, taken, { keysOf: ({ keys }) => keys, ...near(SHORT_MS) });
  const nameless = short.filter(({ keys }) => keys.length === 0);
  takeNearest({ ...sides, lesser: nameless }, taken, { keysOf: length, isNear: overlap, withinMs: 0 });
  return taken.pairs;
}

/**
 * Rule 3: polled plays to anchors of the same item, each side once. First those that are surely one, nearest first; then, of what is
 * left, polls in time order, each the earliest free anchor; then the same by the second clock of offline plays.
 */
export function polledToAnchors(polled: readonly Sighting[], anchors: readonly Sighting[]): Pairs {
  const taken: Taken = { pairs: new Map(), anchors: new Set() };
  const sides: Sides = { lesser: polled, anchors };
  takeNearest(sides, taken, { keysOf: ({ keys }) => keys, ...near(SURE_MS) });
  takeEarliest(sides, taken);
  const bySecondClock = anchors.flatMap((anchor): readonly Clocked[] => {
    const { secondEnd } = anchor;
    return secondEnd === null ? [] : [{ anchor, at: { ...anchor, from: secondEnd, until: secondEnd } }];
  });
  takeEarliest(sides, taken, bySecondClock);
  return taken.pairs;
}

/**
 * All pairs that are still free, nearest first, then in content order of the lesser side and of the anchor. To overlap is nearer than to
 * touch: else, in a loop, the play that ended in the last second of a minute is taken by the minute after it.
 */
function takeNearest({ lesser, anchors }: Sides, taken: Taken, { keysOf, isNear, withinMs }: Condition): void {
  const timeline = createTimeline(
    anchors.filter((anchor) => !taken.anchors.has(anchor)),
    keysOf,
    ({ from }) => from,
  );
  const found = lesser
    .filter((one) => !taken.pairs.has(one))
    .flatMap((one) => {
      const candidates = keysOf(one).flatMap((key) => [...timeline.between(key, one.from - withinMs - WIDEST_MS, one.until + withinMs)]);
      return candidates
        .filter((anchor) => isNear(one, anchor))
        .map((anchor) => ({ one, anchor, far: overlap(one, anchor) ? -1 : distance(one, anchor) }));
    });
  found.sort((a, b) => a.far - b.far || a.one.first - b.one.first || a.anchor.first - b.anchor.first);
  for (const { one, anchor } of found) take(taken, one, anchor);
}

/** An anchor, and where it stands by the clock looked at. */
interface Clocked {
  readonly anchor: Sighting;
  readonly at: Sighting;
}

/** Each of the lesser side that is still free, in time order, takes the earliest free anchor of the same item near it. */
function takeEarliest(
  { lesser, anchors }: Sides,
  taken: Taken,
  clocked = anchors.map((anchor): Clocked => ({ anchor, at: anchor })),
): void {
  const timeline = createTimeline(
    clocked.filter(({ anchor }) => !taken.anchors.has(anchor)),
    ({ anchor }) => anchor.keys,
    ({ at }) => at.from,
  );
  for (const one of lesser) {
    if (taken.pairs.has(one)) continue;
    const free = one.keys.flatMap((key) =>
      firstFree(timeline.between(key, one.from - POLL_MS - WIDEST_MS, one.until + POLL_MS), one, taken),
    );
    const [earliest] = free.sort((a, b) => a.at.from - b.at.from || a.anchor.first - b.anchor.first);
    if (earliest !== undefined) take(taken, one, earliest.anchor);
  }
}

function firstFree(candidates: Iterable<Clocked>, one: Sighting, taken: Taken): readonly Clocked[] {
  for (const clocked of candidates) {
    if (!taken.anchors.has(clocked.anchor) && distance(one, clocked.at) <= POLL_MS) return [clocked];
  }
  return [];
}

function take({ pairs, anchors }: Taken, one: Sighting, anchor: Sighting): void {
  if (pairs.has(one) || anchors.has(anchor)) return;
  pairs.set(one, anchor);
  anchors.add(anchor);
}
