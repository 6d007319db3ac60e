import { tableNamed } from '../tables/star-schema.ts';
import { fileColumns, storedColumns } from '../tables/stored.ts';
import { literal, type Warehouse } from './duckdb.ts';
import playEvidence from './sql/marts/play_evidence.sql';
import playsModel from './sql/marts/plays.sql';
import playsHourly from './sql/marts/plays_hourly.sql';
import stagedPlays from './sql/staging/plays.sql';
import type { StagedRaw } from './stage.ts';
import type { WorkingTables } from './working-tables.ts';

const EVIDENCE = tableNamed('play_evidence');
const PLAYS = tableNamed('plays');
const HOURLY = tableNamed('plays_hourly');
/** Columns that the ledger works out; all others are the record's own. */
const JUDGED: readonly string[] = ['evidence_id', 'verdict', 'reason', 'play_id', 'copy_count'];

/** Earlier evidence whose verdict the new evidence changed. */
export interface JudgedAnew {
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

const normalised = fileColumns(EVIDENCE).filter(({ name }) => !JUDGED.includes(name));
const evidenceId = `sha256(concat_ws(chr(31), ${normalised
  .map(({ name, type }) => `coalesce(${type === 'timestamp' ? `epoch_us(${name})::varchar` : `${name}::varchar`}, chr(30))`)
  .join(', ')}))`;

/** New records as evidence, and the partitions (account and year) that they fall into. */
async function gather(warehouse: Warehouse): Promise<readonly string[]> {
  await warehouse.run(`create or replace temp table new_evidence as
    select *, ${evidenceId} as evidence_id, 'account=' || account_id || '/year=' || year(ended_from) as partition_name
    from (
      select s.* exclude (line, item), r.raw_key as _raw_key, s.line as _raw_line, s.item as _raw_item
      from (${stagedPlays}) as s join raw_object as r using (raw_id)
    )`);
  const found = await warehouse.rows('select distinct partition_name from new_evidence order by partition_name');
  return found.map(({ partition_name }) => String(partition_name));
}

async function judge(warehouse: Warehouse, tables: WorkingTables, names: readonly string[]): Promise<void> {
  await warehouse.run(`create or replace temp table old_evidence as select * from ${await tables.relation(EVIDENCE, names)}`);
  const columns = normalised.map(({ name }) => name).join(', ');
  const lineage = '_observed_at, _raw_key, _raw_line, _raw_item';
  await warehouse.run(`create or replace temp view evidence_at_hand as
    select evidence_id, ${columns}, ${lineage}, 1 as copies, 0 as raw_id, 0 as line, 0 as item from new_evidence
    union all
    select evidence_id, ${columns}, ${lineage}, copy_count + 1, 0, 0, 0 from old_evidence`);
  await warehouse.run(`create or replace temp table evidence as ${playEvidence}`);
}

/** Each new record gets the verdict of its evidence; of equal records all but the first ever are duplicates. */
async function tallyPlays(warehouse: Warehouse, staged: readonly StagedRaw[]): Promise<void> {
  const counts = await warehouse.rows(`
    select raw_id, verdict, count(*)::integer as n
    from (
      select n.raw_id,
        case
          when o.evidence_id is not null or row_number() over (partition by n.evidence_id order by n._observed_at, n._raw_key, n._raw_line, n._raw_item) > 1
            then 'duplicate'
          else e.verdict
        end as verdict
      from new_evidence as n
      join evidence as e using (evidence_id)
      left join old_evidence as o using (evidence_id)
    )
    group by all`);
  const byId = new Map(staged.map((one) => [one.rawId, one]));
  for (const { raw_id, verdict, n } of counts) {
    const one = byId.get(Number(raw_id));
    if (one === undefined || verdict === 'kept') continue;
    const name = String(verdict) as 'merged' | 'duplicate' | 'filtered';
    one.tally = { ...one.tally, kept: one.tally.kept - Number(n), [name]: one.tally[name] + Number(n) };
  }
}

async function judgedAnew(warehouse: Warehouse): Promise<readonly JudgedAnew[]> {
  const rows = await warehouse.rows(`select o.verdict as before, e.verdict as after, count(*)::integer as n
    from old_evidence as o join evidence as e using (evidence_id) where o.verdict <> e.verdict group by all order by all`);
  return rows.map(({ before, after, n }) => ({ from: String(before), to: String(after), count: Number(n) }));
}

/** The ledger over the partitions with new evidence: evidence first, then the plays that it tells of. */
export async function buildPlays(
  warehouse: Warehouse,
  tables: WorkingTables,
  staged: readonly StagedRaw[],
): Promise<readonly JudgedAnew[]> {
  const names = await gather(warehouse);
  if (names.length === 0) return [];
  await judge(warehouse, tables, names);
  await tallyPlays(warehouse, staged);
  for (const name of names) {
    const columns = storedColumns(EVIDENCE).map((column) => column.name);
    const ofPartition = (column: string): string => `'account=' || account_id || '/year=' || year(${column}) = ${literal(name)}`;
    await tables.replace(EVIDENCE, name, `select ${columns.join(', ')} from evidence where ${ofPartition('ended_from')}`);
    await warehouse.run(`create or replace temp table played as select * from (${playsModel}) where ${ofPartition('ended_at')}`);
    await tables.replace(PLAYS, name, 'select * from played');
    await tables.replace(HOURLY, name, playsHourly);
  }
  return judgedAnew(warehouse);
}
