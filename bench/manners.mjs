/**
 * `npm run bench:manners`: how much of what a simulated Spotify takes is used once the pace is learned, and how often it refuses. On a virtual clock,
 * so that it says the same on every machine. Ends with 1 where less than 95 % is used, or anything is refused after learning.
 */
import { bundled } from './bundled.mjs';

const LOADS = [
  [45, 1],
  [45, 8],
  [90, 1],
  [90, 8],
  [180, 1],
  [180, 8],
].map(([limit, askers]) => ({ limit, askers, latencyMs: 120, windows: 20 }));
const COLUMNS = ['limit in 30 s', 'asking at once', 'refused while learning', 'refused later', 'sent in a pause', 'share of the limit'];
const { measureThroughput } = await bundled('bench/manners/throughput.ts');

console.log(COLUMNS.join('   '));
let isGood = true;
for (const load of LOADS) {
  const { limit, askers, refusedWhileLearning, refusedAfterwards, early, share } = await measureThroughput(load);
  const cells = [limit, askers, refusedWhileLearning, refusedAfterwards, early, `${(share * 100).toFixed(1)} %`];
  console.log(cells.map((cell, at) => String(cell).padStart(COLUMNS[at].length)).join('   '));
  isGood &&= share >= 0.95 && refusedAfterwards === 0 && early === 0;
}
process.exitCode = isGood ? 0 : 1;
