import type { Clock } from '../../src/kernel/clock.ts';
import { PipelineError } from '../../src/kernel/errors.ts';

export interface SteppingClock extends Clock {
  /** Moves the time to the end of the sleep that ends first, again and again, until the work is done. */
  during<T>(work: Promise<T>): Promise<T>;
}

/** Turns of the event loop after which whoever woke up has asked for its next sleep: reading a body takes several. */
const TURNS = 6;

/** A virtual clock for several who wait at once: it moves when all of them sleep. */
export function createSteppingClock(start: Date): SteppingClock {
  let now = start.getTime();
  let sleepers: readonly { readonly until: number; readonly wake: () => void }[] = [];

  const step = (): void => {
    now = Math.max(now, Math.min(...sleepers.map(({ until }) => until)));
    const due = sleepers.filter(({ until }) => until <= now);
    sleepers = sleepers.filter(({ until }) => until > now);
    for (const { wake } of due) wake();
  };

  return {
    now: () => new Date(now),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new PipelineError('stopped while waiting', { code: 'cancelled' }));
        sleepers = [...sleepers, { until: now + ms, wake: resolve }];
      }),
    during: async (work) => {
      let isDone = false;
      const end = work.finally(() => {
        isDone = true;
      });
      while (!isDone) {
        for (let turn = 0; turn < TURNS && !isDone; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        if (!isDone && sleepers.length > 0) step();
      }
      return end;
    },
  };
}
