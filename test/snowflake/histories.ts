/** Histories of a lake that Snowflake loads in both ways, with everything that may go wrong on the way; what a reader sees is compared after each step. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { landedSteps } from '../../src/engines/snowflake/landed.ts';
import { loadSnowflake } from '../../src/engines/snowflake/publish.ts';
import type { SnowflakeSession } from '../../src/engines/snowflake/session.ts';
import { advanceStatements, sweepStatements } from '../../src/engines/snowflake/tasks.ts';
import { createSampleLake, type SampleLake } from '../../src/engines/testing.ts';
import type { Catalog, Partition } from '../../src/tables/catalog.ts';
import { catalogText } from '../../src/tables/catalog-text.ts';
import { tableNamed } from '../../src/tables/star-schema.ts';
import type { Warehouse } from './warehouse.ts';
import { type BucketWorld, rowsOf } from './world.ts';

/** A fact, a dimension of base and deltas, and a table of partitions by date. */
const TABLES = ['plays', 'tracks', 'looks'].map(tableNamed);
const LANDED = 'tonearm.lake_landed';
const STORED = 'tonearm.lake_stored';

/** Files that a history's versions choose from; each is used up once it is gone, as names are never used again. */
interface Pool {
  readonly lake: SampleLake;
  readonly files: readonly { readonly table: string; readonly partition: string; readonly key: string; readonly rows: readonly Row[] }[];
}

type Row = Readonly<Record<string, string | number | boolean>>;

export type Action =
  | { readonly do: 'build'; readonly adds: readonly number[]; readonly drops: readonly number[] }
  | { readonly do: 'publish'; readonly diesAfter: number; readonly taskBefore: number }
  | { readonly do: 'task'; readonly diesAfter: number; readonly arrivesBefore: number; readonly which: number }
  | { readonly do: 'deliver'; readonly which: number; readonly times: number }
  | { readonly do: 'again'; readonly which: number }
  | { readonly do: 'sweep'; readonly diesAfter: number }
  | { readonly do: 'wait'; readonly days: number };

/** Before no statement. */
const ALIVE = 1_000;
const small = fc.nat({ max: 40 });
const rarely = fc.oneof({ weight: 2, arbitrary: fc.constant(ALIVE) }, { weight: 1, arbitrary: fc.nat({ max: 16 }) });

export const history: fc.Arbitrary<readonly Action[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('build' as const),
        adds: fc.array(small, { minLength: 1, maxLength: 3 }),
        drops: fc.array(small, { maxLength: 2 }),
      }),
    },
    { weight: 10, arbitrary: fc.record({ do: fc.constant('deliver' as const), which: small, times: fc.integer({ min: 1, max: 2 }) }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('task' as const), diesAfter: rarely, arrivesBefore: rarely, which: small }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('publish' as const), diesAfter: rarely, taskBefore: rarely }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('again' as const), which: small }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const), diesAfter: rarely }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 3 }) }) },
  ),
  { minLength: 8, maxLength: 30 },
);

const STATEMENTS = advanceStatements({ database: 'D', schema: 'S' }, TABLES).length;

/** A history in which the task dies before each of its statements, once, and is woken again. */
export const everyDeath: readonly Action[] = Array.from({ length: STATEMENTS }, (_, at): readonly Action[] => [
  { do: 'build', adds: [0], drops: at % 2 === 0 ? [] : [0] },
  { do: 'deliver', which: 0, times: 1 },
  { do: 'deliver', which: 0, times: 1 },
  { do: 'task', diesAfter: at, arrivesBefore: ALIVE, which: 0 },
  { do: 'task', diesAfter: ALIVE, arrivesBefore: ALIVE, which: 0 },
]).flat();

/** What arrived is looked for in the tables of these histories alone: DuckDB takes longer to plan views of two dozen tables than to answer. */
export async function withFewTables({ standIn, place }: BucketWorld): Promise<void> {
  const warehouse = await standIn.enter();
  const views = landedSteps(place, TABLES).filter(({ name }) => name.startsWith('view '));
  for (const { statements } of views) for (const sql of statements) await warehouse.run(sql);
  await warehouse.leave();
}

export async function createPool(folder: string): Promise<Pool> {
  const lake = await createSampleLake(folder);
  const files: Pool['files'][number][] = [];
  const add = async (table: string, partition: string, rows: readonly Row[]): Promise<void> => {
    files.push({ table, partition, rows, key: await lake.add(table, rows, { partition }) });
  };
  for (let at = 0; at < 6; at += 1) {
    const year = 2020 + (at % 3);
    await add(
      'plays',
      `account=ana/year=${year}`,
      ['x', 'y'].map((end) => ({ play_id: `p${at}${end}`, account_id: 'ana', ended_at: `${year}-0${at + 1}-01 10:00:00`, kind: 'track' })),
    );
    const seen = `2025-01-0${at + 1} 00:00:00`;
    const track = (id: string): Row => ({
      track_id: id,
      name: `${id} of ${at}`,
      _core_at: seen,
      _core_shape: 1,
      _observed_at: seen,
      source: 'export',
    });
    await add('tracks', 'all', [track('same'), track(`t${at}`)]);
    if (at % 2 === 0)
      await add('looks', `dt=2025-01-0${at + 1}`, [{ list_kind: 'playlist', list_id: `l${at}`, observed_at: seen, is_complete: true }]);
  }
  return { lake, files };
}

/** What a reader sees: the rows of each view, in one text. */
const SHOWN = `select
  (select coalesce(string_agg(play_id, ' ' order by play_id), '') from tonearm.lake.plays) || ' | ' ||
  (select coalesce(string_agg(track_id || ' ' || name, ' ' order by track_id), '') from tonearm.lake.tracks) || ' | ' ||
  (select coalesce(string_agg(list_id, ' ' order by list_id), '') from tonearm.lake.looks) as shown,
  (select version from ${STORED}.catalog_loaded) as version`;

function expected({ files }: Pool, keys: ReadonlySet<string>): string {
  const rows = (table: string): readonly Row[] =>
    files.filter((file) => file.table === table && keys.has(file.key)).flatMap((file) => file.rows);
  const list = (table: string, id: string): string =>
    rows(table)
      .map((row) => String(row[id]))
      .sort()
      .join(' ');
  const newest = new Map<string, Row>();
  for (const row of rows('tracks'))
    if (String(newest.get(String(row.track_id))?._core_at ?? '') < String(row._core_at)) newest.set(String(row.track_id), row);
  const tracks = [...newest].sort().map(([id, row]) => `${id} ${row.name}`);
  return `${list('plays', 'play_id')} | ${tracks.join(' ')} | ${list('looks', 'list_id')}`;
}

/** The death of a session: what it had open is rolled back. */
class Death extends Error {}

export async function play(world: BucketWorld, pool: Pool, actions: readonly Action[]): Promise<Catalog> {
  const { standIn, place, source } = world;
  const { duckdb, shared } = standIn;
  for (const table of TABLES) await duckdb.run(`delete from ${STORED}.${table.name}; delete from ${LANDED}.${table.name}`);
  await duckdb.run(
    `delete from ${STORED}.loaded_files; delete from ${LANDED}.catalog_versions; update ${STORED}.catalog_loaded set version = 0`,
  );

  const shows = new Map<number, string>([[0, expected(pool, new Set())]]);
  const used = new Set<string>();
  const [waiting, arrived]: [string[], string[]] = [[], []];
  let days = 0;
  let head: Catalog = { version: 0, schema: 2, runId: 'none', committedAt: '', contract: 1, rules: 1, partitions: [], consumed: [] };
  const now = (): string => new Date(Date.UTC(2026, 0, 1 + days)).toISOString();
  const tell = (): void => {
    shared.scanTime = `timestamptz '${now()}'`;
  };
  tell();

  const look = async (step: string): Promise<void> => {
    const [[shown, version] = []] = (await duckdb.runAndReadAll(SHOWN)).getRows();
    const wanted = shows.get(Number(version));
    if (shown !== wanted) throw new Error(`after ${step} a reader sees\n  ${shown}\nin place of version ${version}\n  ${wanted}`);
  };

  const build = async ({ adds, drops }: Extract<Action, { do: 'build' }>): Promise<void> => {
    const held = new Set(head.partitions.flatMap(({ files }) => files.map(({ key }) => key)));
    const [there, free] = [[...held], pool.files.filter(({ key }) => !used.has(key))];
    for (const drop of drops) held.delete(there[drop % Math.max(1, there.length)] ?? '');
    const fresh = new Set(adds.map((add) => free[add % Math.max(1, free.length)]?.key ?? ''));
    const partitions = new Map<string, Partition>();
    for (const { table, partition, key, rows } of pool.files) {
      if (fresh.has(key)) {
        used.add(key);
        waiting.push(key);
      } else if (!held.has(key)) continue;
      const id = `${table}/${partition}`;
      const before = partitions.get(id) ?? { table, name: partition, buildId: `b${head.version + 1}`, files: [], rows: 0 };
      const file = { key, bytes: 1, rows: rows.length, sha256: '0'.repeat(64) };
      partitions.set(id, { ...before, files: [...before.files, file], rows: before.rows + rows.length });
    }
    const version = head.version + 1;
    head = { ...head, version, runId: `run-${version}`, committedAt: now(), partitions: [...partitions.values()] };
    const key = `catalog/${String(version).padStart(12, '0')}.json`;
    await mkdir(join(pool.lake.folder, 'catalog'), { recursive: true });
    await writeFile(join(pool.lake.folder, key), catalogText(head));
    waiting.push(key);
    shows.set(version, expected(pool, new Set(head.partitions.flatMap(({ files }) => files.map((file) => file.key)))));
  };

  /** Of all pipes the one that it is for takes it. */
  const deliver = async (snowpipe: Warehouse, key: string): Promise<void> => {
    let taken = 0;
    for (const pipe of shared.pipes.keys()) if ((await snowpipe.deliver(pipe, key)) !== null) taken += 1;
    if (taken !== 1) throw new Error(`${taken} pipes took ${key}`);
  };

  const task = async ({ diesAfter, arrivesBefore, which }: Omit<Extract<Action, { do: 'task' }>, 'do'>): Promise<void> => {
    const warehouse = await standIn.enter();
    const between: string[] = [];
    try {
      for (const [at, sql] of advanceStatements(place, TABLES).entries()) {
        if (at === diesAfter) {
          await look('a task that is about to die');
          throw new Death();
        }
        // As if another session had brought it: here only what is of the same session is seen before the end.
        const key = at === arrivesBefore && at > 0 ? waiting.splice(which % Math.max(1, waiting.length), 1)[0] : undefined;
        if (key !== undefined) {
          between.push(key);
          await deliver(warehouse, key);
        }
        if ((await warehouse.run(sql)).isEnded === true) break;
      }
      arrived.push(...between);
    } catch (error) {
      waiting.push(...between);
      // Two at once: of Snowflake one would wait, here it fails and comes again.
      if (!(error instanceof Death) && Reflect.get(Object(error), 'code') !== '000625') throw error;
    } finally {
      await warehouse.leave();
    }
  };

  const publish = async ({ diesAfter, taskBefore }: Extract<Action, { do: 'publish' }>): Promise<void> => {
    const warehouse = await standIn.enter();
    let asked = 0;
    const session: SnowflakeSession = {
      run: async (sql) => {
        if (asked === diesAfter) throw new Death();
        if (asked === taskBefore) await task({ diesAfter: ALIVE, arrivesBefore: ALIVE, which: 0 });
        asked += 1;
        return rowsOf(await warehouse.run(sql));
      },
      asked: () => asked,
      close: async () => undefined,
    };
    const options = { session, place, source, files: pool.lake.files, tempDir: pool.lake.folder, isWhole: false };
    try {
      await loadSnowflake(options, head, new AbortController().signal);
    } catch (error) {
      if (!(error instanceof Death) && Reflect.get(Object(error), 'code') !== '000625') throw error;
    } finally {
      await warehouse.leave();
    }
  };

  const act = async (action: Action): Promise<void> => {
    const pick = (list: string[], which: number): string | undefined => list[which % Math.max(1, list.length)];
    switch (action.do) {
      case 'build':
        return build(action);
      case 'publish':
        return publish(action);
      case 'task':
        return task(action);
      case 'wait':
        days += action.days;
        return tell();
      case 'deliver':
      case 'again': {
        const key = pick(action.do === 'deliver' ? waiting : arrived, action.which);
        if (key === undefined) return;
        const snowpipe = await standIn.enter();
        for (let time = 0; time < (action.do === 'deliver' ? action.times : 1); time += 1) await deliver(snowpipe, key);
        await snowpipe.leave();
        if (action.do === 'deliver') arrived.push(...waiting.splice(waiting.indexOf(key), 1));
        return;
      }
      case 'sweep': {
        const warehouse = await standIn.enter();
        for (const sql of sweepStatements(place, TABLES).slice(0, action.diesAfter)) await warehouse.run(sql);
        await warehouse.leave();
      }
    }
  };

  for (const [at, action] of actions.entries()) {
    await act(action);
    await look(`step ${at}, ${JSON.stringify(action)},`);
  }
  // What never came is brought by a refresh, as doctor has it.
  while (waiting.length > 0) await act({ do: 'deliver', which: 0, times: 1 });
  await act({ do: 'task', diesAfter: ALIVE, arrivesBefore: ALIVE, which: 0 });
  await look('all');
  const [[version] = []] = (await duckdb.runAndReadAll(`select version from ${STORED}.catalog_loaded`)).getRows();
  if (Number(version) !== head.version) throw new Error(`version ${version} is shown, and all of ${head.version} arrived`);
  return head;
}
