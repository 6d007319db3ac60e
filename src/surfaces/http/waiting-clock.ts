import type { Clock } from '../../kernel/clock.ts';

/** Shorter ones are the pace of requests, which nobody has to be told of. */
const WORTH_TELLING_MS = 2_000;

/** A clock whose longer sleeps are told: until when, and null once they are over. */
export function createWaitingClock(clock: Clock, waits: (until: Date | null) => void): Clock {
  return {
    now: clock.now,
    sleep: async (ms, signal) => {
      if (ms < WORTH_TELLING_MS) return clock.sleep(ms, signal);
      waits(new Date(clock.now().getTime() + ms));
      try {
        await clock.sleep(ms, signal);
      } finally {
        waits(null);
      }
    },
  };
}
