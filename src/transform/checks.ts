import type { Consumed } from '../tables/catalog.ts';
import { STORED_TABLES, tableNamed } from '../tables/star-schema.ts';
import { addDated } from './dated-tables.ts';
import { literal, type Warehouse } from './duckdb.ts';
import dimensionKeysAreUnique from './sql/checks/dimension_keys_are_unique.sql';
import keptEvidenceIsOnePlay from './sql/checks/kept_evidence_is_one_play.sql';
import playsAreKeptEvidence from './sql/checks/plays_are_kept_evidence.sql';
import playsHaveEvidence from './sql/checks/plays_have_evidence.sql';
import positionsHaveNoGap from './sql/checks/positions_have_no_gap.sql';
import staysDoNotOverlap from './sql/checks/stays_do_not_overlap.sql';
import staysEndAfterTheyBegin from './sql/checks/stays_end_after_they_begin.sql';
import talliesAddUp from './sql/checks/tallies_add_up.sql';
import type { WorkingTables } from './working-tables.ts';

/** A rule over tables whose partitions have the same names. `sql` selects what breaks it and begins with a line that says what must hold. */
export interface Check {
  readonly name: string;
  readonly reads: readonly string[];
  readonly sql: string;
  /** SQL of one row `is_fine` that is true only where nothing breaks the rule, and quicker to tell than what does. */
  readonly quick?: string;
}

const STAYS = ['playlist_items', 'saved_items', 'followed_artists'] as const;
const DIMENSIONS = STORED_TABLES.filter(({ strategy }) => strategy === 'latest').map(({ name }) => name);

export const CHECKS: readonly Check[] = [
  { name: 'plays_have_evidence', reads: ['plays', 'play_evidence'], sql: playsHaveEvidence, quick: playsAreKeptEvidence },
  { name: 'kept_evidence_is_one_play', reads: ['plays', 'play_evidence'], sql: keptEvidenceIsOnePlay, quick: playsAreKeptEvidence },
  { name: 'stays_do_not_overlap', reads: STAYS, sql: staysDoNotOverlap },
  { name: 'stays_end_after_they_begin', reads: STAYS, sql: staysEndAfterTheyBegin },
  { name: 'positions_have_no_gap', reads: ['looks', 'playlist_items'], sql: positionsHaveNoGap },
  { name: 'dimension_keys_are_unique', reads: DIMENSIONS, sql: dimensionKeysAreUnique },
  { name: 'tallies_add_up', reads: [], sql: talliesAddUp },
];

export interface CheckResult {
  readonly name: string;
  readonly offenders: number;
  /** What must hold, and one of the rows that break it; null where none does. */
  readonly message: string | null;
}

export interface CheckedBuild {
  readonly runId: string;
  readonly checkedAt: Date;
  readonly consumed: readonly Pick<Consumed, 'rawKey' | 'tally'>[];
}

/** Names of the partitions that this build changed, by table. */
function changedPartitions(tables: WorkingTables): ReadonlyMap<string, ReadonlySet<string>> {
  const changed = new Map<string, Set<string>>();
  const { replace, drop } = tables.outcome();
  const ids = [...replace.map(({ table, name }) => `${table}/${name}`), ...drop];
  for (const id of ids) {
    const table = id.slice(0, id.indexOf('/'));
    changed.set(table, (changed.get(table) ?? new Set()).add(id.slice(table.length + 1)));
  }
  return changed;
}

async function describeTallies(warehouse: Warehouse, consumed: CheckedBuild['consumed']): Promise<void> {
  await warehouse.run(`create or replace table checked.tally (raw_key VARCHAR, records_read BIGINT, kept BIGINT, merged BIGINT, duplicate BIGINT,
    filtered BIGINT, quarantined BIGINT)`);
  const rows = consumed.map(({ rawKey, tally: { read, kept, merged, duplicate, filtered, quarantined } }) => {
    return `(${literal(rawKey)}, ${[read, kept, merged, duplicate, filtered, quarantined].join(', ')})`;
  });
  for (let from = 0; from < rows.length; from += 1_000) {
    await warehouse.run(`insert into checked.tally values ${rows.slice(from, from + 1_000).join(', ')}`);
  }
}

/** Keys and rows of the dimensions that were changed, as `checked.dimension_count`. */
async function describeDimensions(warehouse: Warehouse, tables: WorkingTables, changed: ReadonlyMap<string, unknown>): Promise<void> {
  const counts = ["select ''::varchar as table_name, 0::bigint as key_count, 0::bigint as row_count where false"];
  for (const name of DIMENSIONS.filter((one) => changed.has(one))) {
    const table = tableNamed(name);
    const rows = tables.partition(table, 'all')?.rows ?? 0;
    const keys = `select distinct ${table.key.join(', ')} from ${await tables.relation(table, ['all'])}`;
    counts.push(`select ${literal(name)}, count(*), ${rows} from (${keys})`);
  }
  await warehouse.run(`create or replace view checked.dimension_count as ${counts.join(' union all ')}`);
}

/** The partitions that a check looks at, as `checked.<table>`; false where this build changed none of them. */
async function describeTables(
  warehouse: Warehouse,
  tables: WorkingTables,
  { reads }: Check,
  changed: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<boolean> {
  const names = [...new Set(reads.flatMap((table) => [...(changed.get(table) ?? [])]))].sort();
  if (names.length === 0) return reads.length === 0;
  for (const table of reads.filter((one) => !DIMENSIONS.includes(one))) {
    await warehouse.run(`create or replace view checked.${table} as select * from ${await tables.relation(tableNamed(table), names)}`);
  }
  return true;
}

/** What must hold: the first line of the check's SQL. */
export const mustHold = ({ sql }: Check): string => (sql.split('\n')[0] ?? '').replace(/^--\s*/, '');

const isFine = async (warehouse: Warehouse, sql: string): Promise<boolean> => (await warehouse.rows(sql))[0]?.is_fine === true;

async function resultOf(warehouse: Warehouse, check: Check): Promise<CheckResult> {
  const [found] = await warehouse.rows(`select count(*)::bigint as n, min(offender::varchar) as example from (${check.sql}) as offender`);
  const offenders = Number(found?.n ?? 0);
  if (offenders === 0) return { name: check.name, offenders, message: null };
  return { name: check.name, offenders, message: `${mustHold(check)} Not so: ${String(found?.example).slice(0, 500)}` };
}

async function keep(
  warehouse: Warehouse,
  tables: WorkingTables,
  { runId, checkedAt }: CheckedBuild,
  results: readonly CheckResult[],
): Promise<void> {
  const at = checkedAt.toISOString();
  const rows = results.map(({ name, offenders, message }) => {
    const text = message === null ? 'null' : literal(message);
    return `(${literal(runId)}, ${literal(name)}, ${offenders === 0}, ${offenders}::bigint, ${text}::varchar)`;
  });
  await addDated(
    warehouse,
    tables,
    tableNamed('checks'),
    `select run_id, check_name, timestamp ${literal(at.slice(0, -1).replace('T', ' '))} as checked_at, is_passed, offenders, message,
      checked_at as _observed_at, null::varchar as _raw_key, null::bigint as _raw_line, null::bigint as _raw_item,
      ${literal(`dt=${at.slice(0, 10)}`)} as partition_name
    from (values ${rows.join(', ')}) as result (run_id, check_name, is_passed, offenders, message)`,
  );
}

/**
 * Checks what a build changed, partition by partition, before it is committed, and adds what was found to the table `checks`. A check of
 * which nothing was changed is not run. What is found wrong is told and committed all the same: raw is as it was, and nothing better is at hand.
 */
export async function runChecks(warehouse: Warehouse, tables: WorkingTables, built: CheckedBuild): Promise<readonly CheckResult[]> {
  const changed = changedPartitions(tables);
  await warehouse.run('create schema if not exists checked');
  await describeTallies(warehouse, built.consumed);
  await describeDimensions(warehouse, tables, changed);
  const results: CheckResult[] = [];
  const fine = new Map<string, boolean>();
  for (const check of CHECKS) {
    const { name, quick } = check;
    if (!(await describeTables(warehouse, tables, check, changed))) continue;
    if (quick !== undefined && !fine.has(quick)) fine.set(quick, await isFine(warehouse, quick));
    const holds = quick !== undefined && fine.get(quick) === true;
    results.push(holds ? { name, offenders: 0, message: null } : await resultOf(warehouse, check));
  }
  await keep(warehouse, tables, built, results);
  return results;
}
