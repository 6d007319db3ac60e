import { createSystemClock } from '../../kernel/clock.ts';
import { type Table, tableNamed } from '../../tables/star-schema.ts';
import { answer } from './answer.ts';
import { allSmallFiles, type DuckDbEngineOptions, lakeFiles } from './engine.ts';
import { duckDbFailure } from './failure.ts';
import { quoted } from './quoted.ts';
import { openSession } from './session.ts';

export type ExportFormat = 'parquet' | 'csv' | 'json';

/** One catalog version, ready to be written out: all tables copied from it belong together. */
export interface TableCopies {
  readonly catalogVersion: number;
  /** Writes a table's public columns, in the order of its key, to a file of this machine; gives its rows. */
  copy(table: string, path: string, format: ExportFormat, signal: AbortSignal): Promise<number>;
  close(): void;
}

/** RFC 3339 with all six digits: DuckDB, Python and spreadsheets read it alike. */
const TIMESTAMPS = `timestampformat '%Y-%m-%dT%H:%M:%S.%fZ', dateformat '%Y-%m-%d'`;

const OPTIONS: Readonly<Record<ExportFormat, string>> = {
  parquet: 'format parquet, compression zstd',
  // A null is nothing at all, an empty text is "".
  csv: `format csv, header true, nullstr '', ${TIMESTAMPS}`,
  json: `format json, array false, ${TIMESTAMPS}`,
};

/** A table may be larger than any limit fit for a question that a person waits for. */
const MOST_MS = 24 * 60 * 60 * 1000;

function copyStatement(table: Table, path: string, format: ExportFormat): string {
  const shown = table.columns.map(({ name }) => `"${name}"`).join(', ');
  const order = table.key.map((name) => `"${name}"`).join(', ');
  return `copy (select ${shown} from ${table.name} order by ${order}) to ${quoted(path)} (${OPTIONS[format]})`;
}

/** Errors, then or while copying: `corrupt` naming the table file that cannot be read; `cancelled`; `limit_exceeded` for memory. */
export async function openTableCopies(options: DuckDbEngineOptions): Promise<TableCopies> {
  const catalog = await options.catalog.current();
  const files = await lakeFiles(options, catalog, await allSmallFiles(options.store));
  const session = await openSession(files, options);
  const clock = createSystemClock();
  return {
    catalogVersion: catalog.version,
    copy: async (table, path, format, signal) => {
      const connection = await session.connect();
      try {
        const sql = copyStatement(tableNamed(table), path, format);
        const given = await answer(connection, { sql, params: {}, limits: { rows: 1, bytes: 1_000, ms: MOST_MS } }, clock, signal);
        let rows = 0;
        for await (const [row] of given.batches) rows = Number(row?.[0] ?? 0);
        return rows;
      } catch (error) {
        throw duckDbFailure(error, files);
      } finally {
        connection.closeSync();
      }
    },
    close: () => session.close(),
  };
}
