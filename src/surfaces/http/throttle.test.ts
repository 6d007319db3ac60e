import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../kernel/clock.ts';
import { createSessions } from './sessions.ts';
import { createThrottle } from './throttle.ts';

const clock = createVirtualClock(new Date('2026-11-21T12:00:00Z'));

describe('failures', () => {
  it('of one address are five a minute; others go on', () => {
    const throttle = createThrottle(clock);
    for (let n = 0; n < 5; n += 1) {
      expect(throttle.wait('192.0.2.1')).toBe(0);
      throttle.failed('192.0.2.1');
      clock.advance(1_000);
    }
    expect(throttle.wait('192.0.2.1')).toBe(55_000);
    expect([throttle.wait('::ffff:192.0.2.1'), throttle.wait('192.0.2.2')]).toEqual([55_000, 0]);
    clock.advance(55_001);
    expect(throttle.wait('192.0.2.1')).toBe(0);
  });

  it('of a network of IPv6 count together: one person has all of it', () => {
    const throttle = createThrottle(clock);
    for (let n = 1; n <= 5; n += 1) throttle.failed(`2001:db8:0:1::${n}`);
    expect([throttle.wait('2001:db8::1:a:b:c:d'), throttle.wait('2001:db8:0:2::1')]).toEqual([60_000, 0]);
  });

  it('of all addresses have a limit, however many there are', () => {
    const throttle = createThrottle(clock);
    for (let n = 0; n < 50; n += 1) throttle.failed(`10.0.${n}.1`);
    expect(throttle.wait('192.0.2.9')).toBeGreaterThan(0);
  });
});

describe('sessions', () => {
  it('are a hundred at most: the oldest ends', () => {
    const sessions = createSessions('x'.repeat(24), clock);
    const first = sessions.begin();
    for (let n = 0; n < 99; n += 1) sessions.begin();
    expect(sessions.has(first)).toBe(true);
    sessions.begin();
    expect(sessions.has(first)).toBe(false);
  });
});
