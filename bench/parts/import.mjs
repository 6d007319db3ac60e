/** From `tonearm import` of a zip of a million records of extended history to tables that can be asked. */
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { history } from '../data/history.mjs';
import { atMost, told } from '../measure.mjs';
import { CACHE, interleaved, median, oneColumn, run, tonearm, withFolder } from '../measured.mjs';

const RECORDS = 1_000_000;
const BARE = fileURLToPath(new URL('../baselines/bare-import.mjs', import.meta.url));

export const importing = {
  name: 'import',
  measure: ({ rounds }) =>
    withFolder(async (scratch) => {
      const { folder, zip } = await history(CACHE, RECORDS);
      let peak = 0;
      const found = await interleaved(rounds, {
        column: () => oneColumn(`${folder}/*.json`, 'ts', "{ts: 'VARCHAR'}"),
        bare: async () =>
          JSON.parse((await run(process.execPath, [BARE, `${folder}/*.json`, scratch, String(availableParallelism())])).stdout),
        import: async (round) => {
          const lake = `${scratch}/lake-${round}`;
          const { stdout, ms, peakMb } = await tonearm(['import', zip, '--lake', lake, '--json']);
          const { kept, read } = JSON.parse(stdout).total;
          if (kept !== RECORDS || read !== RECORDS) throw new Error(`${read} records read and ${kept} kept of ${RECORDS}`);
          peak = Math.max(peak, peakMb);
          await rm(lake, { recursive: true });
          return ms;
        },
      });
      const [column, whole] = [median(found.column), median(found.import)];
      const bare = median(found.bare.map(({ ms }) => ms));
      return [
        told('one column of the same JSON, plain', column, 'ms'),
        told('every field read once, without anything else', median(found.bare.map(({ read }) => read)), 'ms'),
        told('every field read once and written twice, without anything else', bare, 'ms'),
        told('a million records, from import to tables', whole, 'ms'),
        atMost('against the one column', whole / column, 'times', 6),
        told('against the bare reading and writing', whole / bare, 'times'),
        told('the bare reading and writing against the one column', bare / column, 'times'),
        atMost('peak memory', peak, 'MB', 1000),
      ];
    }),
};
