import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import { createIds } from '../../kernel/id.ts';
import { saysBucket } from '../../kernel/lake-place.ts';
import type { Log } from '../../kernel/log.ts';
import type { App, Effects } from '../../pipeline/app.ts';
import { createApp } from '../../pipeline/wiring.ts';
import { DEMO_MARK } from '../demo-mark.ts';
import type { RunLive } from './answers.ts';
import { type Asking, createAsking } from './asking.ts';
import { createEvents, type Events } from './events.ts';
import { createScrub, failureOf, type Scrub } from './failure.ts';
import { createKeptScopes, type KeptScopes } from './kept-scopes.ts';
import { createLakeWatch, type LakeWatch } from './lake-watch.ts';
import { createSingly } from './singly.ts';
import { createStanding, type Standing } from './standing.ts';
import { createTraffic, type Traffic } from './traffic.ts';
import { createTurnstile } from './turnstile.ts';
import { createUploads, removeLeftUploads, type Uploads } from './uploads.ts';
import { createWaitingClock } from './waiting-clock.ts';
import { createWork, type Work } from './work.ts';

export type Settings = App['config'];
export type Engine = Awaited<ReturnType<App['engine']>>;

/** What all routes share: the lake, what is done to it, and what is told of it. */
export interface Desk {
  /** Of Tonearm. */
  readonly version: string;
  readonly app: App;
  readonly engine: Engine;
  /** The lake's own jobs, on their own pipeline; null: something else does them, or nothing. */
  readonly scheduled: App | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly isDemo: boolean;
  readonly lake: LakeWatch;
  readonly standing: () => Promise<Standing>;
  readonly asking: Asking;
  readonly scopes: KeptScopes;
  readonly events: Events;
  readonly work: Work;
  readonly uploads: Uploads;
  readonly traffic: Traffic;
  readonly scrub: Scrub;
  readonly tempFolder: string;
  /** Ends what is at work, in order, and resolves once it has ended. */
  close(): Promise<void>;
}

export interface DeskOptions {
  readonly settings: Settings;
  readonly effects: Pick<Effects, 'clock' | 'fetch' | 'log'>;
  readonly version: string;
  readonly cwd: string;
  /** For uploads and downloads on their way; that of the machine where omitted. */
  readonly tempFolder?: string;
  /** Whether the jobs of the schedule are done here. */
  readonly schedule: boolean;
}

/** A few megabytes are a few hundred panels. */
const KEPT_ANSWERS = { bytes: 48 * 1024 * 1024, bytesEach: 4 * 1024 * 1024, answers: 500 };
/** DuckDB uses all threads for one question; a second one fills the gaps. */
const QUESTIONS = { atOnce: 3, mostWaiting: 200 };

export async function createDesk({ settings, effects, version, cwd, tempFolder = tmpdir(), schedule }: DeskOptions): Promise<Desk> {
  const { clock, log } = effects;
  const scrub = createScrub(settings, cwd);
  const traffic = createTraffic();
  const asking = createAsking(createTurnstile(QUESTIONS), KEPT_ANSWERS);
  const scopes = createKeptScopes();
  const over = new AbortController();
  const shown = (error: unknown) => failureOf(error, scrub, log).answer.error;

  const toldOf = <Live extends RunLive | null>(live: Live): Live => JSON.parse(scrub(JSON.stringify(live))) as Live;
  const events: Events = createEvents({
    clock,
    onListen: () => watching.start(),
    now: () => toldOf(work.live()),
  });
  const work = createWork({
    clock,
    ids: createIds(clock),
    shown,
    tell: (live) => events.send('run', toldOf(live)),
    onEnd: async () => {
      await lake.look().catch((error: unknown) => log.warn('the catalog could not be read', { cause: String(error) }));
    },
  });
  /** `mine`: of work that was started here; else of the schedule, whose loop sleeps between its jobs, too. */
  const pipeline = (mine: boolean): App => {
    const isOwn = (): boolean => (work.live()?.verb === 'schedule') !== mine;
    const own: Effects = {
      log,
      fetch: traffic.counted(effects.fetch),
      clock: createWaitingClock(clock, (until) => {
        if (isOwn()) work.waits(until);
      }),
      progress: (event) => {
        if (!mine) work.jobBegan();
        if (isOwn()) work.progress(event);
      },
    };
    return createApp(settings, own, undefined, { keepsEngine: mine });
  };
  const app = pipeline(true);
  const forget = (): void => {
    asking.forget();
    scopes.forget();
  };
  const lake = createLakeWatch({ app, clock, log, onChange: forget, onCatalog: (event) => events.send('catalog', event) });
  const watching = createSingly(() => lake.keepLooking(() => events.listeners() > 0, over.signal));
  await removeLeftUploads(tempFolder, log);
  const uploads = createUploads({ clock, ids: createIds(clock), log, tempFolder });

  return {
    ...{ version, app, clock, log, lake, asking, scopes, events, work, uploads, traffic, scrub, tempFolder },
    standing: createStanding({ app, lake, clock }),
    engine: await app.engine(),
    scheduled: schedule ? pipeline(false) : null,
    isDemo: !saysBucket(settings.lake) && existsSync(join(settings.lake, DEMO_MARK)),
    close: async () => {
      over.abort();
      await work.close();
      events.close();
      await watching.ended();
      await uploads.close();
      await app.close();
    },
  };
}
