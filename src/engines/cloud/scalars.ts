import type { ResultColumn, Scalar } from '../engine.ts';

/** A value as engines in the cloud write it, as DuckDB gives it. */
export function toScalar(text: string, type: ResultColumn['type']): Scalar {
  if (type === 'boolean') return text.toLowerCase() === 'true';
  if (type === 'integer') return whole(text);
  if (type === 'double') return Number.isFinite(Number(text)) ? Number(text) : text;
  return type === 'timestamp' ? instant(text) : text;
}

function whole(text: string): number | bigint {
  const value = BigInt(text);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** `2026-11-21 10:00:00.000`, with or without a zone, as `2026-11-21T10:00:00Z`; digits of the second only where they are not zero. */
function instant(text: string): string {
  const [, day, time, rest = ''] = /^(\S+) (\d\d:\d\d:\d\d(?:\.\d+)?)(?: (.+))?$/.exec(text) ?? [];
  if (day === undefined || time === undefined) return text;
  const offset = rest === '' || rest === 'UTC' || rest === 'Z' ? 'Z' : rest;
  // A zone with a name is told as it is: the row says when it was there, and nothing says when that is elsewhere.
  if (offset !== 'Z' && !/^[+-]\d\d:\d\d$/.test(offset)) return text;
  if (offset === 'Z') return `${day}T${time.replace(/(\.\d{3})000$/, '$1').replace(/\.0+$/, '')}Z`;
  return new Date(`${day}T${time}${offset}`).toISOString().replace('.000Z', 'Z');
}
