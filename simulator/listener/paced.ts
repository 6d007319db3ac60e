import { DAY_MS, dayFrom } from '../world/calendar.ts';
import type { World } from '../world/world.ts';
import { type Account, type AccountSpec, accountOf, type Habits } from './account.ts';
import { changesOn } from './day-changes.ts';
import { listeningDay, playsOn } from './day-plays.ts';
import { applyChange, type Change, emptyLibrary, type Library } from './library.ts';
import { createReplay, type Listener } from './listener.ts';
import type { Play } from './play.ts';

/** A history to be read once from its start: all that an export needs of a listener. */
export interface Listening {
  readonly account: Account;
  /** Plays that ended by `until`, oldest first. */
  plays(until: number): Iterable<Play>;
  /** The collection at `at`; times are asked for in order, and only such as the plays have reached. */
  library(at: number): Library;
}

export function listeningOf(listener: Listener): Listening {
  const { account, plays, library } = listener;
  return { account, plays: (until) => plays(0, until), library };
}

/** Above so many a day a listener has to skip to find the time; the more, the more. */
const UNHURRIED = 80;

/** A listener is this many days ahead of the count, so that a quiet last week leaves it whole. */
const AHEAD_DAYS = 4;

/**
 * An account that plays `count` times from its joining to `until`, spread evenly; fewer only where the days are too short for them (some 900
 * a day). Keeps no play: a million need no more memory than a thousand.
 */
export function createPacedListening(world: World, spec: AccountSpec, count: number, until: number): Listening {
  const firstDay = dayFrom(spec.joinedOn);
  const plain = accountOf(world.seed, spec);
  const perDay = count / Math.max(1, until / DAY_MS - firstDay);
  const habits: Habits = { ...spec.habits, ...(perDay > UNHURRIED ? { skips: Math.min(0.97, 0.5 + perDay / 700) } : {}) };
  const account = { ...plain, habits };
  const changes: Change[] = [];
  return {
    account,
    plays: function* (end) {
      const running = emptyLibrary();
      let made = 0;
      for (let day = firstDay; day <= listeningDay(account, end) && made < count; day++) {
        const wanted = Math.min(count, (day - firstDay + 1 + AHEAD_DAYS) * perDay) - made;
        for (const play of playsOn(world, { ...account, playsPerDay: Math.max(0, wanted) }, day, running)) {
          if (play.endedAt > end || made >= count) return;
          made += 1;
          yield play;
        }
        for (const change of changesOn(world, account, day, running)) {
          changes.push(change);
          applyChange(running, change);
        }
      }
    },
    library: createReplay(changes),
  };
}
