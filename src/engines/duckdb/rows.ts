import {
  DuckDBDecimalType,
  DuckDBDecimalValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  JsonDuckDBValueConverter,
} from '@duckdb/node-api';
import type { LogicalType } from '../../tables/star-schema.ts';
import type { Scalar } from '../engine.ts';

/** Decimal digits that every IEEE double keeps. */
const EXACT_DIGITS = 15;

const LOGICAL: Readonly<Partial<Record<DuckDBTypeId, LogicalType>>> = {
  [DuckDBTypeId.BOOLEAN]: 'boolean',
  [DuckDBTypeId.TINYINT]: 'integer',
  [DuckDBTypeId.SMALLINT]: 'integer',
  [DuckDBTypeId.INTEGER]: 'integer',
  [DuckDBTypeId.BIGINT]: 'integer',
  [DuckDBTypeId.HUGEINT]: 'integer',
  [DuckDBTypeId.UTINYINT]: 'integer',
  [DuckDBTypeId.USMALLINT]: 'integer',
  [DuckDBTypeId.UINTEGER]: 'integer',
  [DuckDBTypeId.UBIGINT]: 'integer',
  [DuckDBTypeId.UHUGEINT]: 'integer',
  [DuckDBTypeId.FLOAT]: 'double',
  [DuckDBTypeId.DOUBLE]: 'double',
  [DuckDBTypeId.DATE]: 'date',
  [DuckDBTypeId.TIMESTAMP]: 'timestamp',
  [DuckDBTypeId.TIMESTAMP_S]: 'timestamp',
  [DuckDBTypeId.TIMESTAMP_MS]: 'timestamp',
  [DuckDBTypeId.TIMESTAMP_NS]: 'timestamp',
  [DuckDBTypeId.TIMESTAMP_TZ]: 'timestamp',
};

/** What a DuckDB type is called everywhere else. Decimals that a double holds exactly are doubles; what has no word of its own is text. */
export function logicalType(type: DuckDBType): LogicalType {
  if (type instanceof DuckDBDecimalType) return type.width <= EXACT_DIGITS ? 'double' : 'text';
  return LOGICAL[type.typeId] ?? 'text';
}

/** A DuckDB value as a scalar; lists, structs and maps as JSON text. Fit for `convertRows`. */
export function toScalar(value: DuckDBValue, type: DuckDBType): Scalar {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  const micros = microseconds(value);
  if (micros !== null) return isoInstant(micros, value);
  if (value instanceof DuckDBDecimalValue) return value.width <= EXACT_DIGITS ? value.toDouble() : value.toString();
  if (NESTED.has(type.typeId)) return JSON.stringify(JsonDuckDBValueConverter(value, type, JsonDuckDBValueConverter));
  return value.toString();
}

const NESTED: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.LIST,
  DuckDBTypeId.ARRAY,
  DuckDBTypeId.STRUCT,
  DuckDBTypeId.MAP,
  DuckDBTypeId.UNION,
  DuckDBTypeId.VARIANT,
]);

function microseconds(value: DuckDBValue): bigint | null {
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return value.micros;
  if (value instanceof DuckDBTimestampMillisecondsValue) return value.millis * 1_000n;
  if (value instanceof DuckDBTimestampSecondsValue) return value.seconds * 1_000_000n;
  if (value instanceof DuckDBTimestampNanosecondsValue) return value.nanos / 1_000n;
  return null;
}

/** Largest distance from 1970 that a JavaScript date can hold, in milliseconds. */
const DATE_LIMIT_MS = 8_640_000_000_000_000n;

/** `2026-11-21T10:00:00Z`, with three or six digits of the second only where they are not zero. */
function isoInstant(micros: bigint, value: DuckDBValue): string {
  const rest = ((micros % 1_000n) + 1_000n) % 1_000n;
  const millis = (micros - rest) / 1_000n;
  if (millis > DATE_LIMIT_MS || millis < -DATE_LIMIT_MS) return String(value);
  const text = new Date(Number(millis)).toISOString();
  if (rest !== 0n) return `${text.slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}
