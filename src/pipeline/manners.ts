import { z } from 'zod';
import type { Config } from '../config.ts';
import type { Clock } from '../kernel/clock.ts';
import { asPipelineError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Versioned } from '../kernel/versioned.ts';
import type { ObjectStore } from '../landing/object-store.ts';
import type { Source } from '../landing/raw.ts';
import { createLimiter, type Deferral, isLasting, type Limiter, type LimiterMemory } from '../source/limiter.ts';
import { FIRST_PACE } from '../source/pace.ts';
import { appState } from './state.ts';

/** What is not Spotify, such as a simulator, is asked as fast as it answers until it says that this is too much. */
const FIRST_PACE_ELSEWHERE = 3_000;

const paceEntry = z.object({
  pace: z.object({ allowed: z.int().positive(), refused: z.int().nullable(), refusedAt: z.iso.datetime().nullable() }),
  recent: z.object({ sent: z.int().nonnegative(), at: z.iso.datetime() }).nullable(),
});

const deferralEntry: z.ZodType<Deferral> = z.object({
  until: z.iso.datetime(),
  since: z.iso.datetime(),
  code: z.enum(['rate_limited', 'quota_exceeded']),
  message: z.string(),
  isGuess: z.boolean(),
  guesses: z.int().nonnegative(),
});

/** How this process behaves towards Spotify in the name of its app. */
export interface Manners {
  readonly limiter: Limiter;
  /** The pause that lasts, whoever was told of it; null: none. */
  deferral(): Promise<Deferral | null>;
  /** Keeps the learned pace; a failure is told and does no harm. */
  save(): Promise<void>;
}

interface Surroundings {
  readonly config: Config;
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the answers come from. */
  readonly source: Source;
}

/** Pace and pauses of one app, kept in the lake: hints for the next process, never needed for what is true. */
export function createManners(surroundings: Surroundings): Manners {
  const { clock, config, log, source } = surroundings;
  const pace = appState(surroundings, 'pace', (value) => paceEntry.parse(value));
  const deferral = appState(surroundings, 'deferral', (value) => deferralEntry.parse(value));

  async function hint<T>(what: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      log.warn(`${what}; going on without`, { cause: asPipelineError(error).message });
      return null;
    }
  }

  async function append<T>(series: Versioned<T>, value: T): Promise<void> {
    // Another process may have been first; whoever writes last is as true.
    while ((await series.write(await series.newest(), value)) === 'conflict');
  }

  const read = <T>(series: Versioned<T>, what: string): Promise<T | null> =>
    hint(`${what} cannot be read`, async () => (await series.read())?.value ?? null);

  const memory: LimiterMemory = {
    read: async () => {
      const known = await read(pace, 'the learned pace');
      return { pace: known?.pace ?? null, recent: known?.recent ?? null, deferral: await read(deferral, 'the last pause') };
    },
    writePace: async (learned, recent) => {
      await hint('the learned pace cannot be kept', () => append(pace, { pace: learned, recent }));
    },
    writeDeferral: async (pause) => {
      await hint('a pause cannot be kept', async () => {
        // What Spotify named is not shortened; a guess may be.
        const last = (await read(deferral, 'the last pause')) ?? pause;
        const isShorter = isLasting(last, clock.now().getTime()) && Date.parse(last.until) > Date.parse(pause.until);
        if (last.isGuess || !isShorter) await append(deferral, pause);
      });
    },
  };
  const firstPace = source === 'web_api' ? FIRST_PACE : FIRST_PACE_ELSEWHERE;
  const limiter = createLimiter({ clock, memory, firstPace, maxWaitMs: config.spotify.maxRetryAfterMs });
  return {
    limiter,
    deferral: async () => {
      const last = await read(deferral, 'the last pause');
      return last !== null && isLasting(last, clock.now().getTime()) ? last : null;
    },
    save: limiter.save,
  };
}
