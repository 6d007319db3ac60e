import { createSystemClock } from '../../kernel/clock.ts';
import { PipelineError } from '../../kernel/errors.ts';
import type { LocalFiles, ObjectStore, StoredObject } from '../../landing/object-store.ts';
import type { Catalog, CatalogStore } from '../../tables/catalog.ts';
import { PLAY_SUMS, SUMMED_SINCE_RULES } from '../../tables/play-sums.ts';
import { TABLES } from '../../tables/star-schema.ts';
import type { Engine, Query, Result } from '../engine.ts';
import { readRules, ruleObjects } from '../rule-files.ts';
import { shapeOf } from '../table-shape.ts';
import { type Answer, answer } from './answer.ts';
import { duckDbFailure } from './failure.ts';
import { closingAfter } from './guarded-query.ts';
import type { TimeZones } from './local-time.ts';
import { builtChild, createQueryProcesses } from './query-process.ts';
import type { LakeFile, LakeFiles } from './relations.ts';
import { type Machine, openSession, type Session } from './session.ts';

export interface DuckDbEngineOptions extends Machine {
  readonly catalog: CatalogStore;
  /** Only its `runs/` and `rules/` are read here. */
  readonly store: ObjectStore;
  readonly files: LocalFiles;
  /** Where the days of each account begin; UTC where omitted. */
  readonly zones?: TimeZones;
  /** Path of the compiled `query-child` module; the one of this build where omitted. Nothing is started before the first guarded query. */
  readonly childEntry?: string;
}

/**
 * DuckDB over the files of the catalog: nothing is loaded or kept but the views of the newest version. A query sees one catalog version; where a
 * file of it is gone meanwhile, the newer version is asked, once.
 */
export function createDuckDbEngine(options: DuckDbEngineOptions): Engine {
  // Time limits are the machine's: on a virtual clock every query would be over at once.
  const clock = createSystemClock();
  const processes = createQueryProcesses(() => options.childEntry ?? builtChild(), clock);
  const sessions = createSessions(options);

  const machine: Machine = { memoryLimit: options.memoryLimit, threads: options.threads, tempDir: options.tempDir };

  const guarded = async (catalog: Catalog, query: Query, signal: AbortSignal): Promise<Answer> => {
    const files = await lakeFiles(options, catalog, await smallFiles(options.store, query.sql));
    return processes.run({ asked: asked(query), files, machine }, signal);
  };
  const trusted = async (catalog: Catalog, query: Query, signal: AbortSignal): Promise<Answer> => {
    const { session, files } = await sessions.of(catalog, await smallFiles(options.store, query.sql));
    const connection = await session.connect();
    try {
      await session.keepFor(connection, query.sql);
      const given = await answer(connection, asked(query), clock, signal);
      return { ...given, batches: closingAfter(given.batches, files, () => connection.closeSync()) };
    } catch (error) {
      connection.closeSync();
      throw duckDbFailure(error, files);
    }
  };

  return {
    dialect: 'duckdb',
    query: async (query, signal) => {
      const ask = query.trust === 'ours' ? trusted : guarded;
      const seen = await options.catalog.current();
      try {
        return await started(await ask(seen, query, signal), seen);
      } catch (error) {
        const newer = await newerThan(options.catalog, seen, error);
        return started(await ask(newer, query, signal), newer);
      }
    },
    publish: async () => ({ replaced: 0, statements: 0 }),
    describe: async () => TABLES.map(shapeOf),
    close: async () => {
      processes.close();
      sessions.close();
    },
  };
}

const asked = ({ sql, params, limits }: Query): Pick<Query, 'sql' | 'params' | 'limits'> => ({ sql, params, limits });

/** The catalog to ask again after a file was found missing; throws what happened where there is none. */
async function newerThan(store: CatalogStore, seen: Catalog, error: unknown): Promise<Catalog> {
  if (!(error instanceof PipelineError) || error.code !== 'corrupt') throw error;
  const newest = await store.current();
  if (newest.version === seen.version) throw error;
  return newest;
}

/** Waits for the first rows, so that a file that is gone shows while the query can still be asked again. */
async function started(given: Answer, catalog: Catalog): Promise<Result> {
  const first = await given.batches.next();
  const batches = async function* (): Answer['batches'] {
    try {
      if (first.value !== undefined) yield first.value;
      yield* given.batches;
    } finally {
      await given.batches.return();
    }
  };
  return {
    columns: given.columns,
    batches: batches(),
    catalogVersion: catalog.version,
    stats: () => ({ ...given.stats(), scannedBytes: null }),
  };
}

/** What the catalog does not name: it is read as it is now. */
interface SmallFiles {
  /** Null = not needed. */
  readonly runs: readonly StoredObject[] | null;
  readonly rules: readonly StoredObject[];
}

/** Summaries of runs only where the SQL speaks of them: they are many small files, and most questions are about music. */
async function smallFiles(store: ObjectStore, sql: string): Promise<SmallFiles> {
  return { runs: /\brun(s|_streams|_files)\b/i.test(sql) ? await runObjects(store) : null, rules: await ruleObjects(store) };
}

export const allSmallFiles = async (store: ObjectStore): Promise<SmallFiles> => ({
  runs: await runObjects(store),
  rules: await ruleObjects(store),
});

async function runObjects(store: ObjectStore): Promise<readonly StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of store.list('runs/')) if (object.key.endsWith('.json')) found.push(object);
  return found;
}

export async function lakeFiles(
  { files, store, zones = {} }: Pick<DuckDbEngineOptions, 'files' | 'store' | 'zones'>,
  catalog: Catalog,
  { runs, rules }: SmallFiles,
): Promise<LakeFiles> {
  const tables = new Map<string, StoredObject[]>();
  const isSummed = catalog.rules >= SUMMED_SINCE_RULES;
  const isOutdated = (table: string): boolean => !isSummed && PLAY_SUMS.some((sums) => sums === table);
  for (const partition of catalog.partitions.filter(({ table }) => !isOutdated(table))) {
    const objects = partition.files.map(({ key, bytes }) => ({ key, size: bytes, etag: '' }));
    tables.set(partition.table, [...(tables.get(partition.table) ?? []), ...objects]);
  }
  const local = async (objects: readonly StoredObject[]): Promise<readonly LakeFile[]> => {
    const paths = await files.paths(objects);
    return objects.map(({ key }, at) => ({ key, path: paths[at] ?? key }));
  };
  const placed = await Promise.all([...tables].map(async ([table, objects]) => [table, await local(objects)] as const));
  return { tables: Object.fromEntries(placed), runs: await local(runs ?? []), rules: await readRules(store, rules), zones };
}

interface Sessions {
  of(catalog: Catalog, small: SmallFiles): Promise<{ session: Session; files: LakeFiles }>;
  close(): void;
}

/** Keeps the session of the newest version asked for. An older one lives on until its last query has ended: DuckDB counts connections. */
function createSessions(options: DuckDbEngineOptions): Sessions {
  interface Open {
    readonly version: number;
    readonly runs: string | null;
    readonly rules: string;
    readonly opened: Promise<{ session: Session; files: LakeFiles }>;
  }
  let kept: Open | null = null;
  const drop = (open: Open | null): void => {
    if (kept === open) kept = null;
    open?.opened.then(
      ({ session }) => session.close(),
      () => undefined,
    );
  };
  return {
    of: (catalog, small) => {
      const { runs } = small;
      const name = runs === null ? null : `${runs.length} ${runs.at(-1)?.key} ${runs.at(-1)?.etag}`;
      const rules = small.rules.map(({ key, etag }) => `${key} ${etag}`).join('\n');
      const isSame = kept !== null && kept.version === catalog.version && kept.rules === rules;
      if (kept !== null && isSame && (name === null || kept.runs === name)) return kept.opened;
      const before = isSame ? kept : null;
      if (before === null) drop(kept);
      const opened = lakeFiles(options, catalog, small).then(async (files) => {
        if (before === null) return { session: await openSession(files, options), files };
        const { session } = await before.opened;
        await session.seeRuns(files);
        return { session, files };
      });
      const open: Open = { version: catalog.version, runs: name, rules, opened };
      kept = open;
      opened.catch(() => drop(open));
      return opened;
    },
    close: () => drop(kept),
  };
}
