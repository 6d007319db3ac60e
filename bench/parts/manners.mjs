/**
 * How much of what a simulated Spotify takes is used once the pace is learned, and how often it refuses. On a virtual clock, so that it says the same
 * on every machine.
 */
import { bundled } from '../bundled.mjs';

const LOADS = [45, 90, 180].flatMap((limit) => [1, 8].map((askers) => ({ limit, askers, latencyMs: 120, windows: 20 })));

export const manners = {
  name: 'manners',
  measure: async () => {
    const { measureThroughput } = await bundled('bench/manners/throughput.ts');
    const measures = [];
    for (const load of LOADS) {
      const { limit, askers, refusedWhileLearning, refusedAfterwards, early, share } = await measureThroughput(load);
      measures.push({
        what: `of ${limit} requests in 30 s, ${askers} asking at once`,
        value: share * 100,
        unit: '%',
        reach: '95 at least, none refused',
        isReached: share >= 0.95 && refusedAfterwards === 0 && early === 0,
        note: `refused while learning: ${refusedWhileLearning}, later: ${refusedAfterwards}; sent in a pause: ${early}`,
      });
    }
    return measures;
  },
};
