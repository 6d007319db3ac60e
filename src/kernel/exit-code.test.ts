import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from './errors.ts';
import { exitCodeOf, firstExitCode } from './exit-code.ts';

describe('exit codes', () => {
  it('are never 0 for an error', () => {
    for (const code of ERROR_CODES) expect(exitCodeOf(code), code).toBeGreaterThan(0);
  });

  it.each([
    [[], 0],
    [[0, 0], 0],
    [[3, 5], 5],
    [[5, 4], 4],
    [[4, 1], 1],
    [[1, 6], 6],
    [[6, 2, 0], 2],
  ])('of %j the first that applies is %i', (codes, first) => {
    expect(firstExitCode(codes)).toBe(first);
  });

  it('do not depend on the order of what happened', () => {
    const codes = fc.array(fc.integer({ min: 0, max: 6 }));
    fc.assert(fc.property(codes, (given) => firstExitCode(given) === firstExitCode([...given].reverse())));
  });
});
