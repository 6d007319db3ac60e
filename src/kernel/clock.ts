import { PipelineError } from './errors.ts';

/** Time as the pipeline knows it. Nothing else reads the time or sets a timer, so that a virtual year can run in minutes. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds; rejects with `cancelled` when the signal fires first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const cancelled = (): PipelineError => new PipelineError('stopped while waiting', { code: 'cancelled' });

export function createSystemClock(): Clock {
  return {
    now: () => new Date(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(cancelled());
        const stop = (): void => {
          clearTimeout(timer);
          reject(cancelled());
        };
        const timer = setTimeout(() => {
          signal.removeEventListener('abort', stop);
          resolve();
        }, ms);
        signal.addEventListener('abort', stop, { once: true });
      }),
  };
}

export interface VirtualClock extends Clock {
  advance(ms: number): void;
  set(at: Date): void;
}

/** A clock that stands still until it is told to move; a sleep moves it at once. */
export function createVirtualClock(start: Date): VirtualClock {
  let now = start.getTime();
  return {
    now: () => new Date(now),
    sleep: async (ms, signal) => {
      if (signal.aborted) throw cancelled();
      now += ms;
    },
    advance: (ms) => {
      now += ms;
    },
    set: (at) => {
      now = at.getTime();
    },
  };
}

/** A clock that goes on as another one does, from wherever it was set to. */
export function createMovableClock(clock: Clock): VirtualClock {
  let ahead = 0;
  return {
    now: () => new Date(clock.now().getTime() + ahead),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    advance: (ms) => {
      ahead += ms;
    },
    set: (at) => {
      ahead = at.getTime() - clock.now().getTime();
    },
  };
}
