import { describe, expect, it } from 'vitest';
import type { Consumed } from '../tables/catalog.ts';
import { settled, summed } from './judged-anew.ts';

const tally = { read: 5, kept: 5, merged: 0, duplicate: 0, filtered: 0, quarantined: 0 };
const consumed = (rawKey: string): Consumed => ({ landedId: rawKey, rawKey, stream: 'extended_history', account: 'me', runId: 'r', tally });

describe('records judged anew', () => {
  it('are told by their last verdict where they came with this very build, and told of as earlier ones where not', () => {
    const all = [consumed('a'), consumed('b')];
    const earlier = { rawKey: 'z', from: 'kept', to: 'duplicate', count: 4 };
    const left = settled(all, [{ rawKey: 'b', from: 'kept', to: 'merged', count: 2 }, earlier]);
    expect(left).toEqual([earlier]);
    expect(all.map((one) => one.tally)).toEqual([tally, { ...tally, kept: 3, merged: 2 }]);
  });

  it('are not taken from a raw object that only tells them again, with an earlier look', () => {
    const again = { ...consumed('a'), tally: { ...tally, kept: 1, duplicate: 4 } };
    const all = [again];
    expect(settled(all, [{ rawKey: 'a', from: 'kept', to: 'merged', count: 3 }])).toEqual([
      { rawKey: 'a', from: 'kept', to: 'merged', count: 2 },
    ]);
    expect(all.map((one) => one.tally)).toEqual([{ ...tally, kept: 0, merged: 1, duplicate: 4 }]);
  });

  it('are one line a change', () => {
    const of = (rawKey: string, to: string, count: number) => ({ rawKey, from: 'kept', to, count });
    expect(summed([of('a', 'merged', 1), of('a', 'duplicate', 2), of('b', 'merged', 3)])).toEqual([
      { from: 'kept', to: 'duplicate', count: 2 },
      { from: 'kept', to: 'merged', count: 4 },
    ]);
  });
});
