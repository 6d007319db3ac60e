import type { Table } from '../../tables/star-schema.ts';
import { snowflakeChecksum } from './checksum.ts';
import { FILE_COLUMN, LOADED_FILES } from './objects.ts';
import { folded, type SnowflakePlace, storedName } from './place.ts';
import { literal } from './quoted.ts';
import type { SnowflakeSession } from './session.ts';

export interface SnowflakeSum {
  readonly partition: string;
  readonly rows: number;
  /** As the tables' checksum has it. */
  readonly checksum: string;
}

/** Rows of no file that is noted stand under this partition. */
export const UNKNOWN = 'of no file that was loaded';

/** Rows and checksums of every partition, from a reading of every row; of a table of the newest value per key, of the merged rows. */
export function sumsStatement(table: Table, place: Pick<SnowflakePlace, 'database' | 'schema'>): string {
  const sums = `COUNT(*) AS "ROW_COUNT", ${snowflakeChecksum(table)} AS "CHECKSUM"`;
  if (table.strategy === 'latest') {
    return `SELECT ${literal(table.partition)} AS "PARTITION_NAME", ${sums} FROM ${storedName(place, `merged_${table.name}`)}`;
  }
  const partition = `COALESCE("NOTED"."PARTITION_NAME", ${literal(UNKNOWN)})`;
  const noted = `${storedName(place, LOADED_FILES)} AS "NOTED" ON "NOTED"."FILE" = "STORED".${folded(FILE_COLUMN)}`;
  return `SELECT ${partition} AS "PARTITION_NAME", ${sums} FROM ${storedName(place, table.name)} AS "STORED" LEFT JOIN ${noted} GROUP BY ${partition}`;
}

/** Errors: those of a session. */
export async function snowflakeSums(
  session: SnowflakeSession,
  table: Table,
  place: SnowflakePlace,
  signal: AbortSignal,
): Promise<readonly SnowflakeSum[]> {
  const rows = await session.run(sumsStatement(table, place), signal);
  const sums = rows.map((row) => ({
    partition: String(row.PARTITION_NAME),
    rows: Number(row.ROW_COUNT),
    checksum: String(row.CHECKSUM),
  }));
  return sums.filter((sum) => sum.rows > 0);
}
