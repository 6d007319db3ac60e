/** What every id of that time or later is not below; in milliseconds since 1970. */
export const idAt = (ms: number): string => new Date(ms).toISOString().replace(/[-:.]/g, '').toLowerCase();

/** Time of a time-ordered id (`<yyyymmddthhmmssmmmz>-…`), in milliseconds since 1970; null for what is none. */
export function timeOfId(id: string): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)(\d{3})z/.exec(id);
  if (match === null) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, ms = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second, ms);
}
