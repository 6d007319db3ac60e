/** Numbers from 0 to `size - 1`, each alone until joined with others. */
export interface Clusters {
  join(a: number, b: number): void;
  /** The smallest number of the cluster. */
  first(number: number): number;
}

export function createClusters(size: number): Clusters {
  const parents = Array.from({ length: size }, (_, number) => number);
  const parentOf = (number: number): number => parents[number] ?? number;
  const first = (number: number): number => {
    let at = number;
    while (parentOf(at) !== at) {
      parents[at] = parentOf(parentOf(at));
      at = parentOf(at);
    }
    return at;
  };
  return {
    first,
    join(a, b) {
      const [low, high] = [Math.min(first(a), first(b)), Math.max(first(a), first(b))];
      parents[high] = low;
    },
  };
}
