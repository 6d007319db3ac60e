import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cadence } from '../../config.ts';
import { backoffMs, dueFrom, type Rhythm } from './cadence.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const at = (text: string): Date => new Date(text);

const interval = (everyMs: number, seed = 'a'): Rhythm => ({ cadence: { everyMs }, timeZone: 'UTC', seed });
const daily = (timeZone: string, seed = 'a'): Rhythm => ({ cadence: { cron: '30 2 * * *' }, timeZone, seed });

/** Starts of a job, last started at `from`, on a machine that is awake all the time. */
function starts(from: Date, until: Date, rhythm: Rhythm): readonly Date[] {
  const found: Date[] = [];
  for (let last = from; ; ) {
    const next = dueFrom(last, { startedAt: last, retryAt: null }, rhythm);
    if (next === null || next > until) return found;
    found.push(next);
    last = next;
  }
}

const anyTime = fc.date({ min: at('2020-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z'), noInvalidDate: true });
const anyZone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Pacific/Apia');
const anyCadence: fc.Arbitrary<Cadence> = fc.oneof(
  fc.integer({ min: 5, max: 60 * 24 * 14 }).map((minutes) => ({ everyMs: minutes * MINUTE_MS })),
  fc.constantFrom('0 4 * * *', '30 2 * * *', '*/15 * * * *', '5 2 * * 0', '59 23 31 * *', '0 0 29 2 *').map((cron) => ({ cron })),
);
const anyRhythm: fc.Arbitrary<Rhythm> = fc.record({ cadence: anyCadence, timeZone: anyZone, seed: fc.string() });

describe('a rhythm', () => {
  it('never goes backwards: after a start at its time, the next one lies in the future of both', () => {
    fc.assert(
      fc.property(anyTime, fc.nat(30 * DAY_MS), anyRhythm, (startedAt, asleepMs, rhythm) => {
        const now = new Date(startedAt.getTime() + asleepMs);
        const next = dueFrom(now, { startedAt, retryAt: null }, rhythm);
        expect(next?.getTime()).toBeGreaterThan(startedAt.getTime());
        const again = dueFrom(now, { startedAt: now, retryAt: null }, rhythm);
        expect(again?.getTime()).toBeGreaterThan(now.getTime());
      }),
    );
  });

  it('owes one start after any sleep, however long: the one after it is not due', () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: 15 * DAY_MS, max: 2 * 366 * DAY_MS }), anyRhythm, (startedAt, asleepMs, rhythm) => {
        const now = new Date(startedAt.getTime() + asleepMs);
        const again = dueFrom(now, { startedAt: now, retryAt: null }, rhythm);
        expect(again !== null && again > now).toBe(true);
      }),
    );
  });

  it('is a function of its arguments, and not of when it is asked', () => {
    fc.assert(
      fc.property(anyTime, fc.nat(DAY_MS), anyRhythm, (startedAt, more, rhythm) => {
        const soon = dueFrom(startedAt, { startedAt, retryAt: null }, rhythm);
        expect(dueFrom(new Date(startedAt.getTime() + more), { startedAt, retryAt: null }, rhythm)).toEqual(soon);
      }),
    );
  });

  it('by interval leaves between half of it and one and a half, then keeps it', () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: 5, max: 60 * 24 * 14 }), fc.string(), (startedAt, minutes, seed) => {
        const everyMs = minutes * MINUTE_MS;
        const next = dueFrom(startedAt, { startedAt, retryAt: null }, interval(everyMs, seed));
        const wait = (next?.getTime() ?? 0) - startedAt.getTime();
        expect(wait).toBeGreaterThanOrEqual(everyMs / 2);
        expect(wait).toBeLessThan(1.5 * everyMs);
        const third = dueFrom(next ?? startedAt, { startedAt: next, retryAt: null }, interval(everyMs, seed));
        expect((third?.getTime() ?? 0) - (next?.getTime() ?? 0)).toBe(everyMs);
      }),
    );
  });

  it('shifts jobs against one another', () => {
    const from = at('2026-03-02T12:00:00Z');
    const times = Array.from({ length: 20 }, (_, n) => dueFrom(from, { startedAt: from, retryAt: null }, interval(DAY_MS, `job ${n}`)));
    expect(new Set(times.map(String)).size).toBe(20);
  });

  it('catches up with one start after a week of sleep, not with 336', () => {
    const from = at('2026-03-02T12:00:00Z');
    const rhythm = interval(30 * MINUTE_MS);
    const woken = at('2026-03-09T12:00:00Z');
    expect(dueFrom(woken, { startedAt: from, retryAt: null }, rhythm)).toEqual(dueFrom(from, { startedAt: from, retryAt: null }, rhythm));
    expect(starts(woken, new Date(woken.getTime() + HOUR_MS), rhythm).length).toBeLessThanOrEqual(2);
  });

  it('is due at once where it was never kept', () => {
    const now = at('2026-03-02T12:00:00Z');
    expect(dueFrom(now, { startedAt: null, retryAt: null }, daily('UTC'))).toEqual(now);
  });

  it('waits for a retry rather than for its time', () => {
    const retryAt = at('2026-03-02T12:15:00Z');
    const startedAt = at('2026-03-02T12:00:00Z');
    expect(dueFrom(startedAt, { startedAt, retryAt }, interval(DAY_MS))).toEqual(retryAt);
  });

  it('takes a start in the future for a wrong clock', () => {
    const now = at('2026-03-02T12:00:00Z');
    const next = dueFrom(now, { startedAt: at('2031-01-01T00:00:00Z'), retryAt: null }, interval(HOUR_MS));
    expect((next?.getTime() ?? 0) - now.getTime()).toBeLessThan(1.5 * HOUR_MS);
  });
});

describe('cron in a zone whose clocks change', () => {
  it.each([
    ['Europe/Berlin', '2026-03-27T12:00:00Z', '2026-03-31T12:00:00Z'],
    ['Europe/Berlin', '2026-10-23T12:00:00Z', '2026-10-27T12:00:00Z'],
    ['Australia/Lord_Howe', '2026-10-02T12:00:00Z', '2026-10-06T12:00:00Z'],
    ['America/New_York', '2026-10-30T12:00:00Z', '2026-11-03T12:00:00Z'],
  ])('starts a daily job once a day in %s from %s', (zone, from, until) => {
    expect(starts(at(from), at(until), daily(zone))).toHaveLength(4);
  });

  it('is put off by less than five minutes, always by the same', () => {
    const found = starts(at('2026-06-01T00:00:00Z'), at('2026-06-08T00:00:00Z'), daily('Asia/Kolkata', 'x'));
    const late = found.map((start) => (start.getTime() - at('2026-05-31T21:00:00Z').getTime()) % DAY_MS);
    expect(found).toHaveLength(7);
    expect(new Set(late).size).toBe(1);
    expect(late[0]).toBeLessThan(5 * MINUTE_MS);
  });
});

it('failures in a row wait longer each time, six hours at most', () => {
  expect([1, 2, 3, 4, 5, 6, 50].map((failures) => backoffMs(failures) / MINUTE_MS)).toEqual([15, 30, 60, 120, 240, 360, 360]);
});
