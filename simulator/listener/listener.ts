import { DAY_MS, dayFrom, dayOf } from '../world/calendar.ts';
import type { World } from '../world/world.ts';
import { type Account, type AccountSpec, accountOf } from './account.ts';
import { changesOn } from './day-changes.ts';
import { listeningDay, playsOn } from './day-plays.ts';
import { applyChange, type Change, emptyLibrary, type Library, type OpenLibrary } from './library.ts';
import { isShown, type Play } from './play.ts';

/** An account that listens. Whatever is asked about a time is a function of the seed and that time alone. */
export interface Listener {
  readonly account: Account;
  /** Plays that ended in (after, until], oldest first. */
  plays(after: number, until: number): readonly Play[];
  /** The newest `count` plays that recently-played shows at `at`, newest first. */
  recent(at: number, count: number): readonly Play[];
  /** What is on at `at`; null in silence. */
  playing(at: number): Play | null;
  /** The collection at `at`. Valid until the next call. */
  library(at: number): Library;
}

/** Days are worked out once, in order, when first asked for; a clock that goes back sees the same past. */
export function createListener(world: World, spec: AccountSpec): Listener {
  const account = accountOf(world.seed, spec);
  const firstDay = dayFrom(spec.joinedOn);
  const running = emptyLibrary();
  const changes: Change[] = [...(spec.collection?.(world, account) ?? [])];
  const plays: Play[] = [];
  let nextDay = firstDay;

  const reach = (at: number): void => {
    const lastDay = Math.max(dayOf(at), listeningDay(account, at));
    for (; nextDay <= lastDay; nextDay++) {
      plays.push(...playsOn(world, account, nextDay, running));
      if (spec.collection !== undefined) continue;
      for (const change of changesOn(world, account, nextDay, running)) {
        changes.push(change);
        applyChange(running, change);
      }
    }
  };
  const endedBy = (at: number): number => upperBound(plays, (play) => play.endedAt <= at);
  const libraryAt = createReplay(changes);

  return {
    account,
    plays: (after, until) => {
      reach(until);
      return plays.slice(endedBy(after), endedBy(until));
    },
    recent: (at, count) => {
      reach(at);
      const found: Play[] = [];
      for (let i = endedBy(at) - 1; i >= 0 && found.length < count; i--) {
        const play = plays[i];
        if (play !== undefined && isShown(play)) found.push(play);
      }
      return found;
    },
    playing: (at) => {
      reach(at + DAY_MS);
      const play = plays[endedBy(at)];
      return play !== undefined && play.startedAt <= at ? play : null;
    },
    library: (at) => {
      reach(at);
      return libraryAt(at);
    },
  };
}

/** Folds a log of changes up to a time; goes on from the last answer when time goes forward. */
export function createReplay(changes: readonly Change[]): (at: number) => Library {
  let library: OpenLibrary = emptyLibrary();
  let applied = 0;
  return (at) => {
    const wanted = upperBound(changes, (change) => change.at <= at);
    if (wanted < applied) {
      library = emptyLibrary();
      applied = 0;
    }
    for (; applied < wanted; applied++) {
      const change = changes[applied];
      if (change !== undefined) applyChange(library, change);
    }
    return library;
  };
}

/** Number of leading elements for which `holds`. */
function upperBound<T>(sorted: readonly T[], holds: (item: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = sorted[middle];
    if (item !== undefined && holds(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
