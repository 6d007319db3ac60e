import { expect, it } from 'vitest';
import { createVirtualClock } from '../../kernel/clock.ts';
import { createLately } from './lately.ts';

const clock = createVirtualClock(new Date('2026-11-21T12:00:00Z'));

it('an answer of a moment ago is given at once and found anew meanwhile; an older one, or of another key, is waited for', async () => {
  let found = 0;
  const lately = createLately<number>({ clock, freshMs: 5_000, oldMs: 60_000 });
  const ask = (key = 'a'): Promise<number> => lately(key, async () => ++found);
  expect([await ask(), await ask()]).toEqual([1, 1]);
  clock.advance(6_000);
  expect(await ask()).toBe(1);
  await Promise.resolve();
  expect([found, await ask()]).toEqual([2, 2]);
  clock.advance(61_000);
  expect([await ask(), await ask('b'), await ask('b')]).toEqual([3, 4, 4]);
});

it('what goes wrong is told to who waits for it, and tried again', async () => {
  const lately = createLately<number>({ clock, freshMs: 5_000, oldMs: 60_000 });
  await expect(lately('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await lately('a', async () => 1)).toBe(1);
  clock.advance(6_000);
  expect(await lately('a', () => Promise.reject(new Error('no')))).toBe(1);
});
