import type { Clock } from './clock.ts';

export interface Ids {
  /**
   * `<UTC yyyymmddthhmmssmmmz>-<8 hex>`, lower case, such as `20260301t120000000z-0badcafe`. Text order is order in time, and each id of
   * one `Ids` sorts after the one before, even within a millisecond or when the clock is set back.
   */
  runId(): string;
}

const SUFFIXES = 2 ** 32;

/** `random` is uniform in [0, 1): what keeps apart the ids of two processes in one millisecond. */
export function createIds(clock: Clock, random: () => number = Math.random): Ids {
  let at = Number.NEGATIVE_INFINITY;
  let suffix = 0;
  return {
    runId: () => {
      const now = clock.now().getTime();
      if (now > at) {
        at = now;
        suffix = Math.floor(random() * SUFFIXES);
      } else {
        suffix += 1;
        at += Math.floor(suffix / SUFFIXES);
        suffix %= SUFFIXES;
      }
      return `${compact(new Date(at))}-${suffix.toString(16).padStart(8, '0')}`;
    },
  };
}

const compact = (time: Date): string => time.toISOString().replace(/[-:.]/g, '').toLowerCase();
