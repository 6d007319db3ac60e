import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from './clock.ts';
import { createIds } from './id.ts';

const start = new Date('2026-03-01T12:00:00.007Z');

describe('run ids', () => {
  it('name the time in UTC and a random suffix, in lower case', () => {
    const ids = createIds(createVirtualClock(start), () => 0.5);
    expect(ids.runId()).toBe('20260301t120000007z-80000000');
  });

  it('carry on into the next millisecond when the suffix overflows', () => {
    const ids = createIds(createVirtualClock(start), () => 1 - 2 ** -32);
    expect([ids.runId(), ids.runId()]).toEqual(['20260301t120000007z-ffffffff', '20260301t120000008z-00000000']);
  });

  it('ascend whatever the clock and the dice do', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), {
          minLength: 2,
        }),
        (steps) => {
          const clock = createVirtualClock(start);
          let dice = 0;
          const ids = createIds(clock, () => dice);
          const made = steps.map(([ms, random]) => {
            clock.advance(ms);
            dice = random;
            return ids.runId();
          });
          expect(made).toEqual([...new Set(made)].sort());
        },
      ),
    ));
});
