import type { Config } from '../config.ts';
import type { RawObject } from '../landing/raw.ts';

/**
 * Whether a raw object is older than the settings keep its source: by the time its answers came, or by the time that dates a file; the time of
 * landing dates what nothing else does.
 */
export function isExpired({ source, observedAt, landedAt }: RawObject, retention: Config['retention'], now: Date): boolean {
  const months = retention[source];
  if (months === null) return false;
  const limit = new Date(now);
  limit.setUTCMonth(limit.getUTCMonth() - months);
  return (observedAt ?? landedAt) < limit;
}
