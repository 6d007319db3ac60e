import { tableNamed } from '../tables/star-schema.ts';
import { duckDbType, fileColumns, storedColumns } from '../tables/stored.ts';
import type { Warehouse } from './duckdb.ts';
import stagedPlays from './sql/staging/plays.sql';
import type { WorkingTables } from './working-tables.ts';

export const EVIDENCE = tableNamed('play_evidence');
/** Columns that the ledger works out; all others are the record's own. */
const JUDGED: readonly string[] = ['evidence_id', 'verdict', 'reason', 'play_id', 'copy_count'];

const normalised = fileColumns(EVIDENCE).filter(({ name }) => !JUDGED.includes(name));
const NORMALISED = normalised.map(({ name }) => name).join(', ');
const LINEAGE = '_observed_at, _raw_key, _raw_line, _raw_item';

/** Id of a polled record: equal records share it. One of a file is the file's hash and its place there. */
const polledId = `sha256(concat_ws(chr(31), ${normalised
  .map(({ name, type }) => `coalesce(${type === 'timestamp' ? `epoch_us(${name})::varchar` : `${name}::varchar`}, chr(30))`)
  .join(', ')}))`;

/**
 * DDL of `evidence_row`, the evidence that a build judges: the columns of the table that are a record's own, and what is known of its last
 * verdict. Records of files come with `raw_id`, those of earlier builds with `old_verdict`.
 */
export const EVIDENCE_ROW = `create or replace table evidence_row (
  ${normalised.map(({ name, type }) => `${name} ${duckDbType(type)}`).join(', ')}, evidence_id VARCHAR, copy_count BIGINT DEFAULT 0,
  _observed_at TIMESTAMP, _raw_key VARCHAR, _raw_line BIGINT, _raw_item BIGINT, raw_id INTEGER, place BIGINT, username VARCHAR,
  title_source VARCHAR, artist_source VARCHAR, own_play_id VARCHAR,
  is_new BOOLEAN DEFAULT true, old_verdict VARCHAR, old_reason VARCHAR, old_play_id VARCHAR)`;

/** SQL of the partition that a moment of an account lies in. */
export const partitionOf = (time: string): string => `'account=' || account_id || '/year=' || year(${time})`;

/** Partitions and accounts that new evidence falls into. */
export interface NewEvidence {
  readonly partitions: readonly string[];
  readonly accounts: readonly string[];
}

/** The polled records of this batch, as `new_polled`; those of files are in `evidence_row` already. */
export async function gatherEvidence(warehouse: Warehouse): Promise<NewEvidence> {
  await warehouse.run(`create or replace table new_polled as
    select *, ${polledId} as evidence_id
    from (
      select s.* exclude (line, item), r.raw_key as _raw_key, s.line as _raw_line, s.item as _raw_item
      from (${stagedPlays}) as s join raw_object as r using (raw_id)
    )`);
  const found = await warehouse.rows(`select distinct account_id, ${partitionOf('ended_from')} as partition_name
    from (select account_id, ended_from from new_polled union all select account_id, ended_from from evidence_row) order by all`);
  return {
    partitions: found.map(({ partition_name }) => String(partition_name)),
    accounts: [...new Set(found.map(({ account_id }) => String(account_id)))],
  };
}

/** Adds the evidence of these partitions to `evidence_row`, with its last verdicts. */
export async function loadEvidence(warehouse: Warehouse, tables: WorkingTables, names: readonly string[]): Promise<void> {
  const own = storedColumns(EVIDENCE)
    .map(({ name }) => name)
    .filter((name) => !['verdict', 'reason', 'play_id'].includes(name));
  await warehouse.run(`insert into evidence_row by name
    select ${own.join(', ')}, false as is_new, verdict as old_verdict, reason as old_reason, play_id as old_play_id
    from ${await tables.relation(EVIDENCE, names)}`);
}

/** Adds the polled records of this batch: one row for equal ones, and none where the evidence has it already, which counts one copy more. */
export async function addPolled(warehouse: Warehouse): Promise<void> {
  await warehouse.run(`create or replace table polled_group as
    select evidence_id, ${NORMALISED}, count(*) as n, min({'observed': _observed_at, 'key': _raw_key, 'line': _raw_line, 'item': _raw_item}) as seen
    from new_polled group by all`);
  await warehouse.run(`create or replace table polled_again as
    select evidence_id from polled_group semi join evidence_row using (evidence_id)`);
  const earliest = "least({'observed': e._observed_at, 'key': e._raw_key, 'line': e._raw_line, 'item': e._raw_item}, g.seen)";
  await warehouse.run(`update evidence_row as e set copy_count = e.copy_count + g.n,
      _observed_at = (${earliest}).observed, _raw_key = (${earliest}).key, _raw_line = (${earliest}).line, _raw_item = (${earliest}).item
    from polled_group as g where g.evidence_id = e.evidence_id`);
  await warehouse.run(`insert into evidence_row by name
    select evidence_id, ${NORMALISED}, n - 1 as copy_count, seen.observed as _observed_at, seen.key as _raw_key, seen.line as _raw_line, seen.item as _raw_item,
      true as is_new
    from polled_group anti join polled_again using (evidence_id)`);
}

/** Verdicts of the new records of each raw object; of equal polled ones all but the first ever are duplicates. Needs `judged`. */
export const TALLIES = `
  select raw_id, verdict, count(*)::integer as n from judged where is_new and raw_id is not null group by all
  union all
  select raw_id, verdict, count(*)::integer
  from (
    select n.raw_id,
      case
        when g.evidence_id is not null or row_number() over (partition by n.evidence_id order by ${LINEAGE.split(', ')
          .map((name) => `n.${name}`)
          .join(', ')}) > 1
          then 'duplicate'
        else j.verdict
      end as verdict
    from new_polled as n
    join judged as j using (evidence_id)
    left join polled_again as g using (evidence_id)
  )
  group by all`;
