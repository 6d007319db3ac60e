import { PLAY_SUMS, playSums } from '../tables/play-sums.ts';
import { tableNamed } from '../tables/star-schema.ts';
import { storedColumns } from '../tables/stored.ts';
import { inLanes, literal, type Warehouse } from './duckdb.ts';
import { addPolled, EVIDENCE, gatherEvidence, loadEvidence, TALLIES } from './evidence.ts';
import { crossClocks, describeClosedDays, describeFiles, keepFileFacts } from './export-facts.ts';
import { cutEvidence, rule } from './rulings.ts';
import judgedModel from './sql/ledger/judged.sql';
import nameKey from './sql/ledger/name_key.sql';
import namedJudged from './sql/ledger/named_judged.sql';
import neighbours from './sql/ledger/neighbours.sql';
import playsModel from './sql/marts/plays.sql';
import sharedPlays from './sql/marts/shared_plays.sql';
import type { StagedRaw } from './stage.ts';
import type { WorkingTables } from './working-tables.ts';

const PLAYS = tableNamed('plays');

/** Earlier evidence of one raw object whose verdict the new evidence changed. */
export interface JudgedAnew {
  readonly rawKey: string;
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

/**
 * Loads the partitions that new evidence falls into and, again and again, those that a piece of evidence with something new in it reaches,
 * by an uncut edge or by a record whose two clocks lie in different years. Returns their names.
 */
async function loadPieces(
  warehouse: Warehouse,
  tables: WorkingTables,
  first: readonly string[],
  accounts: readonly string[],
): Promise<readonly string[]> {
  const loaded = new Set(first);
  await loadEvidence(warehouse, tables, first);
  await addPolled(warehouse);
  const crossings = await crossClocks(tables, accounts);
  for (;;) {
    await cutEvidence(warehouse);
    const others = tables.names(EVIDENCE).filter((name) => !loaded.has(name) && accounts.includes(accountOf(name)));
    if (others.length === 0) return [...loaded];
    const found = await warehouse.rows(neighbours.replaceAll('$cross_clocks', () => crossings));
    const reached = found.map(({ partition_name }) => String(partition_name)).filter((name) => others.includes(name));
    if (reached.length === 0) return [...loaded];
    for (const name of reached) loaded.add(name);
    await loadEvidence(warehouse, tables, reached);
  }
}

const accountOf = (partition: string): string => partition.slice('account='.length, partition.indexOf('/'));

/** Each new record gets the verdict of its evidence. */
async function tallyPlays(warehouse: Warehouse, staged: readonly StagedRaw[]): Promise<void> {
  const byId = new Map(staged.map((one) => [one.rawId, one]));
  for (const { raw_id, verdict, n } of await warehouse.rows(TALLIES)) {
    const one = byId.get(Number(raw_id));
    if (one === undefined || verdict === 'kept') continue;
    const name = String(verdict) as 'merged' | 'duplicate' | 'filtered';
    one.tally = { ...one.tally, kept: one.tally.kept - Number(n), [name]: one.tally[name] + Number(n) };
  }
}

async function judgedAnew(warehouse: Warehouse): Promise<readonly JudgedAnew[]> {
  const rows = await warehouse.rows(`select _raw_key, old_verdict as before, verdict as after, count(*)::integer as n
    from judged where old_verdict <> verdict group by all order by all`);
  return rows.map(({ _raw_key, before, after, n }) => ({
    rawKey: String(_raw_key),
    from: String(before),
    to: String(after),
    count: Number(n),
  }));
}

/** Evidence and plays of one partition from what was judged, in memory. */
async function writePartition(tables: WorkingTables, name: string): Promise<void> {
  const columns = storedColumns(EVIDENCE).map((column) => column.name);
  const [account, year] = [accountOf(name), Number(name.slice(name.lastIndexOf('=') + 1))];
  const within = `account_id = ${literal(account)} and ended_from >= make_timestamp(${year}, 1, 1, 0, 0, 0) and ended_from < make_timestamp(${year + 1}, 1, 1, 0, 0, 0)`;
  await tables.replace(EVIDENCE, name, `select ${columns.join(', ')} from named_judged where ${within}`);
  const shared = `select * from every_shared_play where ${within}`;
  const of = (model: string): string =>
    `with part as (select * from judged where ${within}), shared_play as (${shared}) select * from (${model})`;
  await tables.replace(PLAYS, name, of(playsModel));
  // Read again from its file: working verdicts and ids out of the evidence once more would take longer.
  const plays = await tables.relation(PLAYS, [name]);
  for (const sums of PLAY_SUMS) await tables.replace(tableNamed(sums), name, playSums(sums, plays));
}

async function writePartitions(warehouse: Warehouse, tables: WorkingTables, names: readonly string[]): Promise<void> {
  const stored = await tables.relation(PLAYS, names);
  await warehouse.run(`create or replace table every_shared_play as ${sharedPlays.replace('$stored_plays', () => stored)}`);
  await inLanes(warehouse.lanes, names, (name) => writePartition(tables, name));
}

/**
 * The ledger over the evidence that something new may speak of: evidence first, then the plays that it tells of. Records of files of history
 * are in `evidence_row` (see histories.ts), polled ones among the objects seen.
 */
export async function buildPlays(
  warehouse: Warehouse,
  tables: WorkingTables,
  staged: readonly StagedRaw[],
): Promise<readonly JudgedAnew[]> {
  const { partitions, accounts } = await gatherEvidence(warehouse);
  if (partitions.length === 0) return [];
  await describeFiles(warehouse);
  await describeClosedDays(warehouse, tables, accounts);
  await warehouse.run(`create or replace table name_key as ${nameKey}`);
  const names = await loadPieces(warehouse, tables, partitions, accounts);
  await rule(warehouse);
  await warehouse.run(`create or replace view judged as ${judgedModel}`);
  await warehouse.run(`create or replace view named_judged as ${namedJudged}`);
  await tallyPlays(warehouse, staged);
  await writePartitions(warehouse, tables, names);
  await keepFileFacts(warehouse, tables);
  return judgedAnew(warehouse);
}
