/** Things found by a key and a span of time. */
export interface Timeline<T> {
  /** Those with the key that stand at or after `from` and at or before `to`: ascending in time, then in the order in which they were given. */
  between(key: string, from: number, to: number): Iterable<T>;
}

interface Stop<T> {
  readonly at: number;
  readonly thing: T;
}

export function createTimeline<T>(things: Iterable<T>, keysOf: (thing: T) => readonly string[], at: (thing: T) => number): Timeline<T> {
  const lines = new Map<string, Stop<T>[]>();
  const stops = [...things].map((thing): Stop<T> => ({ at: at(thing), thing })).sort((a, b) => a.at - b.at);
  for (const stop of stops) {
    for (const key of keysOf(stop.thing)) {
      const line = lines.get(key);
      if (line === undefined) lines.set(key, [stop]);
      else line.push(stop);
    }
  }
  return {
    *between(key, from, to) {
      const line = lines.get(key) ?? [];
      for (let index = firstAt(line, from); index < line.length; index += 1) {
        const stop = line[index];
        if (stop === undefined || stop.at > to) return;
        yield stop.thing;
      }
    },
  };
}

function firstAt<T>(line: readonly Stop<T>[], from: number): number {
  let [low, high] = [0, line.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((line[middle]?.at ?? Number.POSITIVE_INFINITY) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
