import { rm, statfs } from 'node:fs/promises';
import { asPipelineError } from '../../kernel/errors.ts';
import type { App } from '../../pipeline/app.ts';
import { newestPlayAge } from '../../pipeline/newest-play.ts';
import { createApp } from '../../pipeline/wiring.ts';
import { METRICS } from './functions.ts';
import { cacheFolder, effectsOf, functionSettings } from './settings.ts';
import { beforeTheEnd, type Invocation, processWorld, type World } from './world.ts';

type Summary = Awaited<ReturnType<App['build']>>;

/** Messages, each of which tells that something was landed; what it names does not matter: a build takes all that waits. */
export interface BuildEvent {
  readonly Records?: readonly { readonly messageId: string }[];
}

export interface BuildAnswer {
  /** All or none: one build is for all of them. */
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
  /** `waits`: another was at work all the while. */
  readonly outcome: Summary['outcome'] | 'waits';
  readonly catalogVersion: number | null;
  /** Records that it brought into the tables. */
  readonly records: number;
}

/** What is left of the time to give up in order. */
const MARGIN_MS = 30_000;
/** Another builder, such as a laptop, is waited for as long as a build still fits into what is left. */
const LEAST_FOR_A_BUILD_MS = 5 * 60_000;
const POLL_MS = 5_000;
const STORAGE_MB = 4096;
/** With less of `/tmp` free, copies of files go before a build, and it copies again what it needs. */
const LEAST_FREE = 0.4;

/** What an earlier invocation of this machine left, or its death. */
async function makeRoom(folder: string): Promise<void> {
  const facts = await statfs(folder).catch(() => null);
  if (facts !== null && facts.bavail < facts.blocks * LEAST_FREE) await rm(folder, { recursive: true, force: true });
}

/** `handler` of the function that builds, in the given world. */
export function createBuild(world: World): (event: BuildEvent, invocation: Invocation) => Promise<BuildAnswer> {
  const { log, metrics, clock } = world;
  let opened: Promise<App> | null = null;

  async function open(): Promise<App> {
    const settings = await functionSettings(world, { storageMb: STORAGE_MB });
    const isPublished = world.env.TONEARM_ATHENA === '1' && settings.aws !== undefined;
    const published = isPublished ? { ...settings, aws: { ...settings.aws, publish: 'athena' as const } } : settings;
    return createApp(published, effectsOf(world));
  }

  /** Null: another was at work all the while. */
  async function build(app: App, invocation: Invocation, signal: AbortSignal): Promise<Summary | null> {
    for (;;) {
      try {
        return await app.build(signal);
      } catch (error) {
        if (asPipelineError(error).code !== 'lease_held') throw error;
        log.info('another is at work on the lake', { cause: asPipelineError(error).message });
      }
      if (invocation.getRemainingTimeInMillis() < LEAST_FOR_A_BUILD_MS + POLL_MS) return null;
      await clock.sleep(POLL_MS, signal);
    }
  }

  function tell({ total, outcomes, catalogVersion, outcome }: Summary): void {
    metrics.count(METRICS.consumed, total.read);
    metrics.count(METRICS.quarantined, total.quarantined);
    const facts = { outcome, catalogVersion, ...total, outcomes };
    if (outcomes.length > 0) log.error('the build met trouble', facts);
    else log.info('built', facts);
  }

  /** What it is told with is only a number to look at: without it the build is as good. */
  async function tellAge(app: App, signal: AbortSignal): Promise<void> {
    const listeners = app.config.accounts.filter(({ streams }) => streams.includes('recently_played')).map(({ name }) => name);
    try {
      const engine = await app.engine();
      try {
        const age = await newestPlayAge(engine, listeners, clock, signal);
        if (age !== null) metrics.count(METRICS.newestPlayAge, age);
      } finally {
        await engine.close();
      }
    } catch (error) {
      log.warn('the age of the newest play is not known', { cause: asPipelineError(error).message });
    }
  }

  return async ({ Records = [] }, invocation) => {
    const failures = Records.map(({ messageId }) => ({ itemIdentifier: messageId }));
    try {
      await makeRoom(cacheFolder(world));
      opened ??= open();
      const app = await opened.catch((error: unknown) => {
        opened = null;
        throw error;
      });
      const summary = await beforeTheEnd(world, invocation, MARGIN_MS, (signal) => build(app, invocation, signal));
      if (summary === null) return { batchItemFailures: failures, outcome: 'waits', catalogVersion: null, records: 0 };
      tell(summary);
      await beforeTheEnd(world, invocation, MARGIN_MS, (signal) => tellAge(app, signal));
      // A check that failed is told; its tables are there all the same.
      const { outcome, catalogVersion, total } = summary;
      return { batchItemFailures: outcome === 'done' ? [] : failures, outcome, catalogVersion, records: total.read };
    } catch (error) {
      log.error('the build failed', { error });
      throw error;
    } finally {
      metrics.flush();
    }
  };
}

export const handler = createBuild(processWorld('build'));
