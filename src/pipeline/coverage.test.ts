import { describe, expect, it } from 'vitest';
import { nextExport } from './coverage.ts';

const MONTH = {
  account_id: 'me',
  month: '2026-01-01',
  days: '',
  certain_days: 10,
  provisional_days: 0,
  gap_days: 0,
  unknown_days: 0,
  closed_days: 10,
  play_count: 1,
  first_uncertain_day: null,
  last_hole_day: null,
};

describe('the next export', () => {
  it('is not needed while every day is certain', () => {
    expect(nextExport('me', [MONTH], '2026-02-01')).toMatchObject({ askOn: null, uncertainDays: 0, because: 'every day is certain' });
  });

  it('is asked for when it closes the last gap, 8 days after it', () => {
    const holes = { ...MONTH, gap_days: 1, first_uncertain_day: '2026-01-05', last_hole_day: '2026-01-20' };
    expect(nextExport('me', [holes], '2026-01-21')).toMatchObject({
      askOn: '2026-01-28',
      uncertainDays: 1,
      oldestUncertainDay: '2026-01-05',
    });
    expect(nextExport('me', [holes], '2026-03-01')).toMatchObject({ askOn: '2026-03-01' });
  });

  it('may wait, where polls tell of every day, until account data would soon reach back no further', () => {
    const polled = { ...MONTH, provisional_days: 20, first_uncertain_day: '2026-01-11' };
    expect(nextExport('me', [polled], '2026-02-01')).toMatchObject({ askOn: '2026-12-12', uncertainDays: 20 });
    expect(nextExport('me', [polled], '2027-06-01')).toMatchObject({ askOn: '2027-06-01' });
  });
});
