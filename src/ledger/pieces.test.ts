import { describe, expect, it } from 'vitest';
import type { Evidence } from './evidence.ts';
import { judge } from './ledger.ts';
import { pieces } from './pieces.ts';
import { extended, MINUTE, polled, SECOND, short } from './testing.ts';

const NOON = Date.UTC(2025, 4, 10, 12);
const at = (minutes: number, seconds = 0, ms = 0): number => NOON + minutes * MINUTE + seconds * SECOND + ms;

describe('rule 7: pieces', () => {
  const cut = (...records: readonly Evidence[]) => pieces(records);

  it('are cut where 91 seconds pass without an end of play', () => {
    expect(cut(polled('a', at(0)), polled('b', at(1, 30, 999)))).toEqual([[0, 1]]);
    expect(cut(polled('a', at(0)), polled('b', at(1, 31)))).toEqual([[0], [1]]);
  });

  it('count from the end of an interval', () => {
    expect(cut(short('a', at(0)), polled('b', at(2, 30)))).toEqual([[0, 1]]);
    expect(cut(short('a', at(0)), polled('b', at(2, 31)))).toEqual([[0], [1]]);
  });

  it('are joined by a record whose two clocks lie in both', () => {
    const offline = extended('a', at(300), { ms: 200_000, stamp: at(0) });
    expect(cut(polled('a', at(4)), polled('b', at(100)), offline)).toEqual([[0, 2], [1]]);
  });

  it('of no evidence are none', () => {
    expect(pieces([])).toEqual([]);
    expect(judge([], new Set())).toEqual([]);
  });
});
