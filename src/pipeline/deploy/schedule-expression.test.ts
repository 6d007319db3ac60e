import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCron, nextCron } from '../../kernel/cron.ts';
import { scheduleExpressions } from './schedule-expression.ts';

const cron = (text: string): readonly string[] => scheduleExpressions({ cron: text }, 'library');

/** Whether a time fits `cron(minutes hours days months weekdays *)` of lists, `*` and `?`, in UTC. */
function fits(expression: string, at: Date): boolean {
  const [minutes = '', hours = '', days = '', months = '', weekdays = ''] = expression.slice(5, -1).split(' ');
  const weekday = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'][at.getUTCDay()];
  const within = (list: string, value: number | string | undefined): boolean =>
    /^[*?]$/.test(list) || list.split(',').includes(String(value));
  return (
    within(minutes, at.getUTCMinutes()) &&
    within(hours, at.getUTCHours()) &&
    within(days, at.getUTCDate()) &&
    within(months, at.getUTCMonth() + 1) &&
    within(weekdays, weekday)
  );
}

describe('what EventBridge Scheduler is told', () => {
  it.each([
    [60_000, 'rate(1 minute)'],
    [30 * 60_000, 'rate(30 minutes)'],
    [90 * 60_000, 'rate(90 minutes)'],
    [6 * 3_600_000, 'rate(6 hours)'],
    [24 * 3_600_000, 'rate(1 day)'],
  ])('every %i ms is %s', (everyMs, expression) => {
    expect(scheduleExpressions({ everyMs }, 'listening')).toEqual([expression]);
  });

  it.each([
    ['0 4 * * *', ['cron(0 4 * * ? *)']],
    ['*/20 * * * *', ['cron(0,20,40 * * * ? *)']],
    ['30 2 * * 1-5', ['cron(30 2 ? * MON,TUE,WED,THU,FRI *)']],
    ['0 0 1 jan,jul *', ['cron(0 0 1 1,7 ? *)']],
    ['0 0 * * 7', ['cron(0 0 ? * SUN *)']],
    ['0 0 1 * mon', ['cron(0 0 1 * ? *)', 'cron(0 0 ? * MON *)']],
  ])('the cron %s is %j', (text, expressions) => {
    expect(cron(text)).toEqual(expressions);
  });

  it.each(['0 0 L * *', '0 0 * * 5#2', '0 0 ? * 1'])('the cron %s, which the two kinds read differently, is refused', (text) => {
    expect(() => cron(text)).toThrow(expect.objectContaining({ code: 'config', message: expect.stringContaining('schedule.library') }));
  });

  it('comes at the times of the cron, and at no others', () => {
    const field = (least: number, most: number) => {
      const value = fc.integer({ min: least, max: most });
      const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
      const list = fc.array(fc.oneof(value.map(String), range), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(','));
      return fc.oneof(
        fc.constant('*'),
        fc.integer({ min: 2, max: 9 }).map((step) => `*/${step}`),
        list,
      );
    };
    const expressions = fc.tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 7)).map((fields) => fields.join(' '));
    fc.assert(
      fc.property(expressions, fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }), (text, day) => {
        fc.pre(isCron(text));
        const told = cron(text);
        const next = nextCron(text, 'UTC', day);
        if (next === null) return;
        expect(told.some((one) => fits(one, next))).toBe(true);
        // Nothing of it lies in the hour before.
        for (let at = Math.max(day.getTime() + 60_000, next.getTime() - 3_600_000); at < next.getTime() - 60_000; at += 60_000) {
          expect([text, told.some((one) => fits(one, new Date(at)))]).toEqual([text, false]);
        }
      }),
      { numRuns: 100 },
    );
  });
});
