import { describe, expect, it } from 'vitest';
import { RANKS_BEFORE, type Ranked, rankChanges } from './rank-change.ts';

const link = (id: string): string => `https://open.spotify.com/track/${id}`;
const song = (rank: number, name: string, url: string | null = link(name)): Ranked => ({ rank, name, url });

describe('the change of a rank', () => {
  it('is told by the link, whatever the name is now', () => {
    const before = [song(1, 'a'), song(2, 'b'), song(3, 'c'), song(4, 'renamed', link('d'))];
    const now = [song(1, 'b'), song(2, 'a'), song(3, 'c'), song(4, 'd')];
    expect(rankChanges(now, before)).toEqual([{ kind: 'up', places: 1 }, { kind: 'down', places: 1 }, { kind: 'same' }, { kind: 'same' }]);
  });

  it('is told by the name where a link is missing on either side', () => {
    expect(rankChanges([song(1, 'a', null), song(2, 'b')], [song(1, 'b', null), song(5, 'a')])).toEqual([
      { kind: 'up', places: 4 },
      { kind: 'down', places: 1 },
    ]);
  });

  it('is new where the list before was whole, and not in the list where it was cut', () => {
    const all = Array.from({ length: RANKS_BEFORE }, (_, at) => song(at + 1, `s${at}`));
    expect(rankChanges([song(1, 'x')], all.slice(1))).toEqual([{ kind: 'new' }]);
    expect(rankChanges([song(1, 'x')], all)).toEqual([{ kind: 'outside' }]);
  });

  it('is not guessed between two of one name', () => {
    expect(rankChanges([song(1, 'a', null)], [song(1, 'a', null), song(2, 'a', null)])).toEqual([{ kind: 'unknown' }]);
  });
});
