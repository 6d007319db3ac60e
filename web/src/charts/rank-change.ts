/** A thing of a ranking, as far as it can be found again in another one. */
export interface Ranked {
  readonly rank: number;
  readonly url: string | null;
  /** With the artist, where there is one. */
  readonly name: string;
}

/** `outside`: it was not among those asked for, so nobody can tell its place. `new`: the list before was whole, and it was not in it. */
export type RankChange =
  | { readonly kind: 'up' | 'down'; readonly places: number }
  | { readonly kind: 'same' | 'new' | 'outside' | 'unknown' };

/** As many as the list before is asked for. */
export const RANKS_BEFORE = 100;

/**
 * Compares with the ranking of the period before by link, else by name. Two things of one name and without links cannot be told apart: `unknown`.
 * `before` holds {@link RANKS_BEFORE} rows, or all there were.
 */
export function rankChanges(now: readonly Ranked[], before: readonly Ranked[]): readonly RankChange[] {
  const places = new Map<string, number | null>();
  const note = (key: string, rank: number): void => void places.set(key, places.has(key) ? null : rank);
  for (const { rank, url, name } of before) {
    if (url !== null) note(url, rank);
    note(`name ${name}`, rank);
  }
  const isWhole = before.length < RANKS_BEFORE;
  return now.map(({ rank, url, name }) => {
    const byLink = url === null ? undefined : places.get(url);
    const was = byLink ?? places.get(`name ${name}`);
    if (was === null) return { kind: 'unknown' };
    if (was === undefined) return { kind: isWhole ? 'new' : 'outside' };
    if (was === rank) return { kind: 'same' };
    return was > rank ? { kind: 'up', places: was - rank } : { kind: 'down', places: rank - was };
  });
}
