/** Rows as Snowflake sends them, and in parts where there are many. */
import {
  DuckDBDateValue,
  DuckDBDecimalType,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';

export type Rowset = readonly (readonly (string | null)[])[];

/** The answer to a statement, as the protocol has it. */
export interface StatementAnswer extends Readonly<Record<string, unknown>> {
  readonly rowset?: Rowset;
}

export interface ColumnType {
  readonly type: string;
  readonly precision: number;
  readonly scale: number;
}

const TYPES: Readonly<Record<string, string>> = {
  BIGINT: 'fixed',
  HUGEINT: 'fixed',
  INTEGER: 'fixed',
  TINYINT: 'fixed',
  BOOLEAN: 'boolean',
  DOUBLE: 'real',
  DATE: 'date',
  TIMESTAMP: 'timestamp_ntz',
  'TIMESTAMP WITH TIME ZONE': 'timestamp_ltz',
  JSON: 'variant',
};

export function columnType(type: DuckDBType): ColumnType {
  if (type instanceof DuckDBDecimalType) return { type: 'fixed', precision: type.width, scale: type.scale };
  const name = TYPES[String(type)] ?? 'text';
  return { type: name, precision: 38, scale: name.startsWith('timestamp') ? 6 : 0 };
}

/** Times as seconds since 1970, dates as days. */
function textOf(value: DuckDBValue): string | null {
  if (value === null) return null;
  if (value instanceof DuckDBDateValue) return String(value.days);
  if (!(value instanceof DuckDBTimestampValue) && !(value instanceof DuckDBTimestampTZValue)) return String(value);
  const { micros } = value;
  const digits = String(micros < 0n ? -micros : micros).padStart(7, '0');
  return `${micros < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

export const rowsetOf = (rows: readonly (readonly DuckDBValue[])[]): Rowset => rows.map((row) => row.map(textOf));

/** What an account says of how times are written, unless a statement says otherwise. */
const DEFAULTS: Readonly<Record<string, string>> = {
  TIMEZONE: 'America/Los_Angeles',
  DATE_OUTPUT_FORMAT: 'YYYY-MM-DD',
  TIMESTAMP_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM',
  TIMESTAMP_NTZ_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF3',
  TIMESTAMP_LTZ_OUTPUT_FORMAT: '',
  TIMESTAMP_TZ_OUTPUT_FORMAT: '',
};

export const parametersOf = (said: Readonly<Record<string, unknown>>): readonly { readonly name: string; readonly value: unknown }[] =>
  Object.entries({ ...DEFAULTS, ...said }).map(([name, value]) => ({ name, value }));

/** Rows that are sent with the answer; those after them are fetched, as many at a time. */
const ROWS_AT_ONCE = 1_500;

/** The answer with its first rows, and where the others are; `keep` gives a part its address. */
export function inParts(answer: StatementAnswer, keep: (text: string) => string): Readonly<Record<string, unknown>> {
  const rows = answer.rowset ?? [];
  if (rows.length <= ROWS_AT_ONCE) return answer;
  const parts = Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) - 1 }, (_, at) =>
    rows.slice((at + 1) * ROWS_AT_ONCE, (at + 2) * ROWS_AT_ONCE),
  );
  const chunks = parts.map((part) => {
    const text = JSON.stringify(part).slice(1, -1);
    return { url: keep(text), rowCount: part.length, uncompressedSize: text.length, compressedSize: text.length };
  });
  return { ...answer, rowset: rows.slice(0, ROWS_AT_ONCE), chunks, chunkHeaders: {}, returned: rows.length };
}
