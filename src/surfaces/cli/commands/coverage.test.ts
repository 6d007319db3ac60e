import { describe, expect, it } from 'vitest';
import { paintFor } from '../render/paint.ts';
import { coverageText } from './coverage.ts';

const month = (name: string, days: string, certain: number, provisional: number, gap: number, unknown: number) => ({
  account_id: 'me',
  month: `${name}-01`,
  days,
  certain_days: certain,
  provisional_days: provisional,
  gap_days: gap,
  unknown_days: unknown,
  closed_days: certain,
  play_count: 12_345,
  first_uncertain_day: null,
  last_hole_day: null,
});

const plain = paintFor(
  {},
  { isTerminal: false, columns: null, write: () => undefined, isOpen: () => true, drained: async () => undefined },
);

describe('coverage', () => {
  it('is a bar a month that fits 80 columns and needs no colour', () => {
    const months = [month('2026-01', `  ${'c'.repeat(20)}${'p'.repeat(5)}gguu`, 20, 5, 2, 2), month('2026-02', 'cc', 2, 0, 0, 0)];
    const next = [{ account: 'me', askOn: '2026-03-01', uncertainDays: 9, oldestUncertainDay: '2026-01-23', because: 'a gap' }];
    const text = coverageText({ months, next }, { paint: plain, width: 80 });
    expect(text).toBe(
      [
        'me',
        '2026-01    ████████████████████▒▒▒▒▒!!··  █20 ▒5 !2 ·2       12,345 plays',
        '2026-02  ██                               █2                 12,345 plays',
        'Ask for the next export on 2026-03-01: a gap.',
        '',
        '█ certain   ▒ provisional   ! gap   · unknown',
        '',
      ].join('\n'),
    );
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it.each([75, 41, 40, 34])('fits %i columns without a word cut, a month taking several lines', (width) => {
    const months = [month('2026-01', `${'c'.repeat(20)}${'p'.repeat(5)}gguuuu`, 20, 5, 2, 4)];
    const because = '4 days have gaps or are unknown, the last 2026-01-31: only an export fills them';
    const next = [{ account: 'me', askOn: '2026-03-01', uncertainDays: 9, oldestUncertainDay: '2026-01-21', because }];
    const text = coverageText({ months, next }, { paint: plain, width });
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
    const words = text.replace(/\s+/g, ' ');
    for (const part of [
      '2026-01 ████████████████████▒▒▒▒▒!!···· █20 ▒5 !2 ·4 12,345 plays',
      because,
      '█ certain ▒ provisional ! gap · unknown',
    ])
      expect(words).toContain(part);
    expect(text).not.toMatch(/^ *$\n^ *$/m);
  });
});
