import type { Config } from '../config.ts';
import type { Key } from '../landing/object-store.ts';
import type { RunSummary } from '../tables/run-summary.ts';
import type { Effects, RunOptions } from './app.ts';
import { createContext } from './context-wiring.ts';
import { type Lake, lakeOf } from './lake.ts';
import { land } from './land.ts';
import { type LoginDates, loginDates } from './login-dates.ts';
import { listenersOf, tellLogins } from './schedule/listeners.ts';
import { type Staged, stageObject } from './staging.ts';

/** The part of the pipeline that works on raw alone: it needs no DuckDB, so it starts fast and fits into little. */
export interface Lander {
  /** See {@link land}. */
  land(options: RunOptions, signal: AbortSignal): Promise<RunSummary>;
  /** See {@link stageObject}. */
  stage(key: Key, signal: AbortSignal): Promise<Staged>;
  /** Of every account; cheap, and never throws. */
  logins(): Promise<readonly LoginDates[]>;
}

/** Over a lake, that of the settings where none is given. Nothing is opened or created before it is needed. */
export function createLander(config: Config, effects: Effects, lake: Lake = lakeOf(config, effects.clock)): Lander {
  const context = createContext(config, effects, lake);
  return {
    land: async (options, signal) => {
      const summary = await land(context, options, signal);
      await tellLogins(context, listenersOf(context), signal);
      return summary;
    },
    stage: (key, signal) => stageObject(context, key, signal),
    logins: () => loginDates(context),
  };
}
