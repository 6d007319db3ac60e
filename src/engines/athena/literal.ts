import type { Scalar } from '../engine.ts';

/** A text of Trino's SQL: nothing in it is an escape but the quote itself. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A value as Trino's SQL writes it. Null is a text: a bare `null` has no type, and most functions then cannot be told apart. */
export function literal(value: Scalar): string {
  if (value === null) return 'cast(null as varchar)';
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan()' : `${value < 0 ? '-' : ''}infinity()`;
  // Without an exponent it would be a decimal.
  const text = String(value);
  return text.includes('e') ? text : `${text}e0`;
}
