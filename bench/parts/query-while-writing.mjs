/** Every report while another process imports, against the same on an idle lake. */
import { bundled } from '../bundled.mjs';
import { copyOf, lakeOf } from '../data/lakes.mjs';
import { playlistPages } from '../data/playlist-pages.mjs';
import { atMost, told } from '../measure.mjs';
import { CACHE, percentile, tonearm, withFolder } from '../measured.mjs';

const SIZE = { plays: 1_000_000, items: 200_000 };
const PAGES = 300;
/** Runs at most: reports that take longer than these are measured idle for the rest. */
const MOST_RUNS = 8;

export const queryWhileWriting = {
  name: 'query-while-writing',
  measure: ({ rounds }) =>
    withFolder(async (scratch) => {
      const { timeReports } = await bundled('bench/parts/reports-timed.ts');
      const pages = [];
      for (let at = 0; at < MOST_RUNS; at += 1) {
        pages.push(await playlistPages({ cache: CACHE, pages: PAGES, shape: 'extended', first: 2_000_000 + at * PAGES }));
      }
      const lake = `${scratch}/lake`;
      await copyOf(await lakeOf(SIZE), lake);
      const p95 = async () =>
        percentile(
          (await timeReports(lake, rounds)).map(({ ms }) => ms),
          0.95,
        );
      const idle = await p95();
      let isOver = false;
      const writing = writeUntil(() => isOver, lake, pages);
      const busy = await p95();
      isOver = true;
      return [
        told('reports on an idle lake, 95th percentile', idle, 'ms'),
        atMost('the same during a run, against it', busy / idle, 'times', 2, `${await writing} runs meanwhile`),
      ];
    }),
};

/** Imports one folder after the other until it is told to stop. Answers with how many runs that were. */
export async function writeUntil(isOver, lake, folders) {
  let runs = 0;
  for (const folder of folders) {
    if (isOver()) break;
    await tonearm(['import', folder, '--lake', lake, '--account', 'me', '--new-account', '--json']);
    runs += 1;
  }
  return runs;
}
