/** Every report, warm: of all time, and of one month. */
import { bundled } from '../bundled.mjs';
import { lakeOf } from '../data/lakes.mjs';
import { atMost } from '../measure.mjs';
import { percentile } from '../measured.mjs';

const SIZES = [
  { plays: 1_000_000, limit: 60 },
  { plays: 20_000_000, limit: 250 },
];

export const reports = {
  name: 'reports',
  measure: async ({ rounds }) => {
    const { timeReports } = await bundled('bench/parts/reports-timed.ts');
    const measures = [];
    for (const { plays, limit } of SIZES) {
      const timed = await timeReports(await lakeOf({ plays, items: 200_000 }), rounds);
      const slowest = timed.toSorted((a, b) => b.ms - a.ms)[0];
      const note = `slowest: ${slowest.report} ${slowest.span}, ${Math.round(slowest.ms)} ms`;
      const what = `${timed.length} reports at ${plays.toLocaleString('en-US')} plays, 95th percentile`;
      measures.push(
        atMost(
          what,
          percentile(
            timed.map(({ ms }) => ms),
            0.95,
          ),
          'ms',
          limit,
          note,
        ),
      );
    }
    return measures;
  },
};
