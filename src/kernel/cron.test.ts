import { describe, expect, it } from 'vitest';
import { isCron, nextCron } from './cron.ts';

describe('a cron expression', () => {
  it.each(['0 4 * * *', '*/30 * * * *', '15 3 * * MON', '0 0 29 2 *'])('is %s', (text) => {
    expect(isCron(text)).toBe(true);
  });

  it.each(['', '@daily', '0 4 * *', '0 0 4 * * *', '61 * * * *', 'a b c d e', '0 0 30 2 *'])('is not %s', (text) => {
    expect(isCron(text)).toBe(false);
  });

  it('is read on the clocks of its zone', () => {
    expect(nextCron('0 4 * * *', 'Asia/Tokyo', new Date('2026-03-02T12:00:00Z'))).toEqual(new Date('2026-03-02T19:00:00Z'));
  });

  it('comes after the clocks have leapt over it, and once where they show it twice', () => {
    const next = (from: string): string | undefined => nextCron('30 2 * * *', 'Europe/Berlin', new Date(from))?.toISOString();
    expect(next('2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(next('2026-10-24T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(next('2026-10-25T00:30:00Z')).toBe('2026-10-26T01:30:00.000Z');
  });
});
