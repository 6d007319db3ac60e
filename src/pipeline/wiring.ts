import type { Config } from '../config.ts';
import { readText } from '../landing/object-bytes.ts';
import type { RunSummary } from '../tables/run-summary.ts';
import { gainOf } from '../transform/compaction.ts';
import { refuseUnknown } from './accounts.ts';
import type { App, Effects, Status } from './app.ts';
import { atWork } from './at-work.ts';
import { type Built, build, pending } from './build.ts';
import { compact } from './compact.ts';
import type { Context } from './context.ts';
import { createContext } from './context-wiring.ts';
import { coverage } from './coverage.ts';
import { disownedPolls } from './disowned-polls.ts';
import { doctor } from './doctor.ts';
import { engineOf, withEngine } from './engine-access.ts';
import { enrichmentStatus } from './enrichment.ts';
import { exportEvidence } from './evidence-export.ts';
import { exportTables } from './export.ts';
import { freshness } from './freshness.ts';
import { importFiles } from './import.ts';
import { type Lake, lakeOf } from './lake.ts';
import { lineage } from './lineage.ts';
import { recordFates } from './lineage-record.ts';
import { createLogins } from './login.ts';
import { loginDates } from './login-dates.ts';
import { plan } from './plan.ts';
import { listPlays, showPlay } from './plays-listing.ts';
import { athenaEngine, publish, publishWanted } from './publish.ts';
import { purge, readmit } from './purge.ts';
import { listQuarantine, quarantinedRecords, replayed, showQuarantined } from './quarantine.ts';
import { compareRaw, compareRecent } from './raw-comparison.ts';
import { createRecordings } from './recordings.ts';
import { createRuleBook } from './rules.ts';
import { enrich, run } from './run.ts';
import { newestRunKey } from './run-history.ts';
import type { Schedule } from './schedule/answers.ts';
import { listenersOf, tellLogins } from './schedule/listeners.ts';
import { createSchedule } from './schedule/schedule.ts';
import type { Listeners } from './schedule/telling.ts';
import type { Work } from './schedule/turn.ts';
import { schemaDrift } from './schema-drift.ts';
import { mendState } from './state.ts';
import { type Outcome, outcomeOf, summarise } from './summary.ts';
import { sweep } from './sweep.ts';
import { tableSums } from './table-sums.ts';

/** From what was landed alone: a rebuild makes everything anew, and mends states that cannot be read. */
function madeFromRaw(context: Context, verb: 'build' | 'rebuild', signal: AbortSignal): Promise<RunSummary> {
  return atWork(context, verb, async (working, runId, startedAt) => {
    const { built, outcomes } = await attempt(async () => {
      const made = await build(working, runId, { whole: verb === 'rebuild' }, signal);
      if (verb === 'rebuild') await mendState(working);
      return made;
    });
    return summarise({ runId, verb, startedAt, finishedAt: working.clock.now(), built, streams: [], files: [], outcomes });
  });
}

async function attempt(work: () => Promise<Built>): Promise<{ built: Built | null; outcomes: readonly Outcome[] }> {
  try {
    return { built: await work(), outcomes: [] };
  } catch (error) {
    return { built: null, outcomes: [outcomeOf(error)] };
  }
}

async function lastRun(context: Context): Promise<RunSummary | null> {
  const newest = await newestRunKey(context);
  const text = newest === null ? null : await readText(context.store, newest);
  return text === null ? null : (JSON.parse(text) as RunSummary);
}

async function status(context: Context): Promise<Status> {
  const catalog = await context.catalog.current();
  const names = [...new Set(catalog.partitions.map(({ table }) => table))].sort();
  const tables = names.map((table) => {
    const partitions = catalog.partitions.filter((partition) => partition.table === table);
    const files = partitions.flatMap((partition) => partition.files);
    const gains = partitions.map(gainOf);
    return {
      table,
      rows: partitions.reduce((sum, { rows }) => sum + rows, 0),
      partitions: partitions.length,
      files: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      gain: {
        files: gains.reduce((sum, gain) => sum + gain.files, 0),
        bytes: gains.reduce((sum, gain) => sum + gain.bytes, 0),
      },
    };
  });
  const waiting = await pending(context, catalog, false);
  const hasExports = tables.some(({ table }) => table === 'export_files');
  const warnings = hasExports ? await withEngine(context, (engine) => disownedPolls(engine, new AbortController().signal)) : [];
  const enrichment = tables.some(({ table }) => table === 'plays') ? await enrichmentStatus(context) : null;
  const deferred = await context.manners.deferral();
  return {
    lake: context.config.lake,
    catalog,
    tables,
    pending: waiting.length,
    lastRun: await lastRun(context),
    enrichment,
    deferred,
    logins: await loginDates(context),
    warnings,
  };
}

async function replayQuarantine(context: Context, signal: AbortSignal): ReturnType<App['replayQuarantine']> {
  const look = (): Promise<ReadonlyMap<string, string>> => withEngine(context, (engine) => quarantinedRecords(engine, signal));
  const before = await look();
  const summary = await madeFromRaw(context, 'rebuild', signal);
  return { summary, replayed: summary.outcome === 'done' ? replayed(before, await look()) : null };
}

function scheduleOf(context: Context, listeners: Listeners, work: Work): Schedule {
  const { config, manners } = context;
  return createSchedule({ ...listeners, config, work, deferral: manners.deferral, logins: () => loginDates(context) });
}

/**
 * The pipeline over a lake, that of the settings where none is given. Nothing is opened or created before a verb needs it. With `keepsEngine` one
 * DuckDB answers all questions until the app is closed: for a process that goes on.
 */
export function createApp(
  config: Config,
  effects: Effects,
  lake: Lake = lakeOf(config, effects.clock),
  { keepsEngine = false }: { readonly keepsEngine?: boolean } = {},
): App {
  const own = createContext(config, effects, lake);
  const context: Context = keepsEngine ? { ...own, keptEngine: engineOf(own) } : own;
  const { store, files, catalog } = context;
  const rules = createRuleBook(context);
  const listeners = listenersOf(context);
  const work: Work = {
    run: (options, signal) => atWork(context, 'run', (working, runId, startedAt) => run(working, { ...options, runId, startedAt }, signal)),
    enrich: (options, signal) =>
      atWork(context, 'enrich', (working, runId, startedAt) => enrich(working, { ...options, runId, startedAt }, signal)),
    build: (signal) => madeFromRaw(context, 'build', signal),
    remove: (choice, options, signal) => purge(context, choice, options, signal),
    compareRaw: async () => compareRecent(context, await catalog.current()),
    schemaDrift: (options, signal) => schemaDrift(context, options, signal),
  };
  return {
    config,
    store,
    files,
    catalog,
    ...work,
    compareRaw: async () => compareRaw(context, await catalog.current()),
    run: async (options, signal) => {
      const summary = await work.run(options, signal);
      await tellLogins(context, listeners, signal);
      return summary;
    },
    importFiles: (paths, options, signal) => importFiles(context, paths, options, signal),
    rebuild: (signal) => madeFromRaw(context, 'rebuild', signal),
    sweep: () => sweep(context),
    compact: async (options, signal) => {
      const done = await compact(context, options, signal);
      if (!done.isDryRun) await publishWanted(context, signal);
      return done;
    },
    status: () => status(context),
    plays: async (choice, signal) => {
      await refuseUnknown(context, choice.account, signal);
      return withEngine(context, (engine) => listPlays(engine, context.landing, choice, signal));
    },
    play: (playId, signal) => withEngine(context, (engine) => showPlay(engine, context.landing, playId, signal)),
    why: (choice, signal) => withEngine(context, (engine) => lineage(store, engine, choice, signal)),
    whyRecord: (choice, signal) => recordFates(context, choice, signal),
    freshness: (options, signal) => withEngine(context, (engine) => freshness(context, engine, options, signal)),
    readmit: (account, signal) => readmit(context, account, signal),
    doctor: (options, signal) => doctor(context, options, signal),
    plan: (options) => plan(context, options),
    quarantined: (filter, signal) => withEngine(context, (engine) => listQuarantine(engine, filter, signal)),
    showQuarantined: (choice, signal) => withEngine(context, (engine) => showQuarantined(context, engine, choice, signal)),
    replayQuarantine: (signal) => replayQuarantine(context, signal),
    exportTables: (options, signal) => exportTables(context, options, signal),
    exportEvidence: (options, signal) => exportEvidence(context, options, signal),
    tableSums: (options, signal) => tableSums(context, options, signal),
    coverage: async (options, signal) => {
      await refuseUnknown(context, options.account, signal);
      return coverage(context, options, signal);
    },
    logins: createLogins(context),
    rules,
    recordings: createRecordings(context, rules),
    schedule: scheduleOf(context, listeners, work),
    refuseUnknown: (account, signal) => refuseUnknown(context, account, signal),
    publish: (signal) => publish(context, signal),
    snowflake: async () => (await import('./snowflake.ts')).createSnowflake(context),
    engine: async (name) => {
      if (name === 'snowflake') return (await import('./snowflake.ts')).snowflakeEngine(context);
      return name === 'athena' ? athenaEngine(context) : engineOf(context);
    },
    close: async () => context.keptEngine?.close(),
  };
}
