/** Every report, warm: of all time, and of one month. */
import { bundled } from '../bundled.mjs';
import { lakeOf } from '../data/lakes.mjs';
import { atMost, told } from '../measure.mjs';
import { median, percentile } from '../measured.mjs';

const SIZES = [
  { plays: 1_000_000, limit: 60 },
  { plays: 20_000_000, limit: 250 },
];

/** Reports that are told alone. */
const SLOWEST = 5;

export const reports = {
  name: 'reports',
  measure: async ({ rounds }) => {
    const { timeReports } = await bundled('bench/parts/reports-timed.ts');
    const measures = [];
    for (const { plays, limit } of SIZES) {
      const timed = await timeReports(await lakeOf({ plays, items: 200_000 }), rounds);
      const limited = `${timed.length} reports at ${plays.toLocaleString('en-US')} plays, 95th percentile`;
      const all = timed.map(({ ms }) => ms);
      measures.push(atMost(limited, percentile(all, 0.95), 'ms', limit), told('the report in the middle', median(all), 'ms'));
      for (const { report, span, ms } of timed.toSorted((a, b) => b.ms - a.ms).slice(0, SLOWEST))
        measures.push(told(`${report}, ${span}`, ms, 'ms'));
    }
    return measures;
  },
};
