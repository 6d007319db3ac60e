import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIRST_QUESTION, type Question, questionOf, RULES, searchOf } from './question.ts';
import { daysBetween, isDay, plusDays, spanBefore, spanOf, spanShifted } from './span.ts';

const day = fc
  .date({ min: new Date('2006-01-01'), max: new Date('2040-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const open = { from: null, to: null };

describe('a period', () => {
  it('ends today, and has as many days as it says', () => {
    expect(spanOf('7d', open, '2026-03-02')).toEqual({ from: '2026-02-24', to: '2026-03-02' });
    expect(spanOf('30d', open, '2026-11-04')).toEqual({ from: '2026-10-06', to: '2026-11-04' });
    expect(spanOf('year', open, '2024-12-31')).toEqual({ from: '2024-01-02', to: '2024-12-31' });
    expect(spanOf('all', open, '2026-11-04')).toEqual(open);
  });

  it('that was written the wrong way round is turned', () => {
    expect(spanOf('custom', { from: '2026-03-05', to: '2026-03-01' }, '2026-11-04')).toEqual({ from: '2026-03-01', to: '2026-03-05' });
    expect(spanOf('custom', { from: '2026-03-05', to: null }, '2026-11-04')).toEqual({ from: '2026-03-05', to: null });
  });

  it('and the one before it touch, do not overlap, and are equally long', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 5000 }), day, (from, more, today) => {
        const span = { from, to: plusDays(from, more) };
        const before = spanBefore(span, today);
        expect(before?.to).toBe(plusDays(from, -1));
        expect(daysBetween(before?.from ?? '', before?.to ?? '')).toBe(more + 1);
        expect(spanShifted(before ?? open, 1, '2099-01-01')).toEqual(span);
      }),
    );
  });

  it('that is open at its beginning has none before it, and one that is open at its end ends today', () => {
    expect(spanBefore(open, '2026-11-04')).toBeNull();
    expect(spanBefore({ from: '2026-11-01', to: null }, '2026-11-04')).toEqual({ from: '2026-10-28', to: '2026-10-31' });
  });

  it('is not moved to where it would begin after today', () => {
    const week = { from: '2026-10-29', to: '2026-11-04' };
    expect(spanShifted(week, 1, '2026-11-04')).toBeNull();
    expect(spanShifted(week, -1, '2026-11-04')).toEqual({ from: '2026-10-22', to: '2026-10-28' });
  });

  it('is of days that there are', () => {
    expect(['2024-02-29', '2026-02-29', '2026-13-01', '2026-1-1', '', null].map(isDay)).toEqual([true, false, false, false, false, false]);
  });
});

describe('a question', () => {
  const question: fc.Arbitrary<Question> = fc
    .record({
      range: fc.constantFrom('7d', '30d', 'year', 'all', 'custom'),
      days: fc.record({ from: day, to: fc.option(day) }),
      account: fc.constantFrom(null, 'ada', 'kenji-2'),
      timeZone: fc.constantFrom(null, 'Europe/Berlin', 'Asia/Kolkata', 'UTC'),
      counting: fc.constantFrom(null, ...RULES),
      measure: fc.constantFrom('plays', 'hours'),
      compares: fc.boolean(),
    })
    .map((said) => (said.range === 'custom' ? said : { ...said, days: open }));

  it('is read from the address as it was written there', () => {
    fc.assert(
      fc.property(question, (asked) => {
        expect(questionOf(searchOf(asked))).toEqual(asked);
      }),
    );
  });

  it('that was not asked is the first one, and needs no words', () => {
    expect(questionOf('')).toEqual(FIRST_QUESTION);
    expect(searchOf(FIRST_QUESTION)).toBe('');
  });

  it('leaves what else the address says as it is', () => {
    fc.assert(
      fc.property(question, question, (asked, earlier) => {
        const search = searchOf(asked, `search=caf%C3%A9&${searchOf(earlier)}`);
        expect(questionOf(search)).toEqual(asked);
        expect(new URLSearchParams(search).get('search')).toBe('café');
      }),
    );
  });

  it('of a spoiled link is the first one, too', () => {
    expect(questionOf('range=decade&from=yesterday&account=../x&time_zone=Mars/Olympus&counting=<b>&measure=volume')).toEqual(
      FIRST_QUESTION,
    );
  });
});
