import type { Consumed, Tally } from '../tables/catalog.ts';
import type { RunSummary } from '../tables/run-summary.ts';
import type { JudgedAnew } from '../transform/plays.ts';

/**
 * Records of this very build that a later batch of it judged anew get their last verdict; what is returned is of earlier builds.
 *
 * A polled record that is told again names the earliest look that showed it, though another raw object was counted with its verdict: no
 * bucket gives more than it has.
 */
export function settled(consumed: Consumed[], anew: readonly JudgedAnew[]): readonly JudgedAnew[] {
  const places = new Map(consumed.map(({ rawKey }, place) => [rawKey, place]));
  return anew.flatMap((change) => {
    const { rawKey, from, to, count } = change;
    const place = places.get(rawKey);
    const one = place === undefined ? undefined : consumed[place];
    if (place === undefined || one === undefined) return [change];
    const { tally } = one;
    const [left, gained] = [from as keyof Tally, to as keyof Tally];
    const own = Math.min(count, tally[left]);
    consumed[place] = { ...one, tally: { ...tally, [left]: tally[left] - own, [gained]: tally[gained] + own } };
    return own === count ? [] : [{ ...change, count: count - own }];
  });
}

/** One line a change, whatever raw objects its records stood in. */
export function summed(anew: readonly JudgedAnew[]): RunSummary['judgedAnew'] {
  const counts = new Map<string, { from: string; to: string; count: number }>();
  for (const { from, to, count } of anew) {
    const before = counts.get(`${from} ${to}`)?.count ?? 0;
    counts.set(`${from} ${to}`, { from, to, count: before + count });
  }
  return [...counts.values()].sort((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1));
}
