/**
 * A numbered series of values; the highest number is true. The one primitive by which anything in a lake changes:
 * catalog, state and leases are each such a series.
 */
export interface Versioned<T> {
  read(): Promise<{ version: number; value: T } | null>;
  /** The highest number, whether or not its version can be read; 0 where there is none. */
  newest(): Promise<number>;
  /** One version of the series; null where it never was, or was swept. */
  at(version: number): Promise<T | null>;
  /** Writes number `base + 1` (`base` 0: the first). `conflict`: somebody else did; nothing was changed. */
  write(base: number, value: T): Promise<'written' | 'conflict'>;
}
