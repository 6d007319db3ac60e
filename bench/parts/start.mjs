/** How long the program takes to say anything, against Node alone. */

import { atMost, told } from '../measure.mjs';
import { interleaved, median, run, tonearm, withFolder } from '../measured.mjs';

const RUNS_A_ROUND = 7;

export const start = {
  name: 'start',
  measure: ({ rounds }) =>
    withFolder(async (folder) => {
      await tonearm(['demo'], { cwd: folder, env: { ...process.env, HOME: folder } });
      const found = await interleaved(rounds * RUNS_A_ROUND, {
        bare: async () => (await run(process.execPath, ['-e', '0'])).ms,
        version: async () => (await tonearm(['--version'])).ms,
        query: async () => (await tonearm(['query', 'select 1', '--lake', `${folder}/demo-lake`])).ms,
      });
      const bare = median(found.bare);
      return [
        told('node -e 0', bare, 'ms'),
        atMost('tonearm --version against it', median(found.version) / bare, 'times', 2.5),
        atMost("tonearm query 'select 1' on the demo's lake against it", median(found.query) / bare, 'times', 6),
      ];
    }),
};
