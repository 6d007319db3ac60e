/** How often a field was met, and where it could have been. */
export interface FieldSeen {
  /** Objects that hold it, null included. */
  readonly count: number;
  /** Objects that could have held it: those that its siblings stand in. */
  readonly of: number;
  /** UTC days. */
  readonly firstDay: string;
  readonly lastDay: string;
}

/** Fields of many bodies by their path, such as `items[].track.popularity`. */
export interface JsonFields {
  add(body: unknown, day: string): void;
  /** Null where it was never met. */
  seen(path: string): FieldSeen | null;
  /** Objects met at the place that the path's last name stands in. */
  chances(path: string): number;
  /** UTC days of the first and last of those objects; null where there were none. */
  chanceDays(path: string): { readonly firstDay: string; readonly lastDay: string } | null;
  paths(): readonly string[];
}

/** Deeper than anything that Spotify sends. */
const DEEPEST = 64;

/** `items[].track` of `items[].track.id`; the empty path for a field of the body itself. */
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')));

interface Met {
  count: number;
  firstDay: string;
  lastDay: string;
}

export function createJsonFields(): JsonFields {
  const fields = new Map<string, Met>();
  const objects = new Map<string, Met>();

  function note(all: Map<string, Met>, path: string, day: string): void {
    const known = all.get(path);
    if (known === undefined) {
      all.set(path, { count: 1, firstDay: day, lastDay: day });
      return;
    }
    known.count += 1;
    if (day < known.firstDay) known.firstDay = day;
    if (day > known.lastDay) known.lastDay = day;
  }

  function add(value: unknown, path: string, day: string, depth: number): void {
    if (typeof value !== 'object' || value === null || depth > DEEPEST) return;
    if (Array.isArray(value)) {
      for (const element of value) add(element, `${path}[]`, day, depth + 1);
      return;
    }
    note(objects, path, day);
    for (const [name, child] of Object.entries(value)) {
      const below = path === '' ? name : `${path}.${name}`;
      note(fields, below, day);
      add(child, below, day, depth + 1);
    }
  }

  const chances = (path: string): number => objects.get(parentOf(path))?.count ?? 0;
  return {
    add: (body, day) => add(body, '', day, 0),
    seen: (path) => {
      const found = fields.get(path);
      return found === undefined ? null : { ...found, of: chances(path) };
    },
    chances,
    chanceDays: (path) => objects.get(parentOf(path)) ?? null,
    paths: () => [...fields.keys()].sort(),
  };
}
