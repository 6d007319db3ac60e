/** 200,000 playlist items in 2,000 gzip pages, from raw to tables, against the classic job in pandas and the least that anything can do. */
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { landedPages } from '../data/landed-pages.mjs';
import { playlistPages } from '../data/playlist-pages.mjs';
import { atLeast, atMost, told } from '../measure.mjs';
import { CACHE, interleaved, median, oneColumn, pythonWithPandas, run, tonearm, withFolder } from '../measured.mjs';

const PAGES = 2_000;
const ITEMS = 200_000;
const BARE = fileURLToPath(new URL('../baselines/bare-transform.mjs', import.meta.url));
const CLASSIC = fileURLToPath(new URL('../baselines/classic.py', import.meta.url));

const part = (name, shape) => ({
  name,
  measure: ({ rounds }) =>
    withFolder(async (scratch) => {
      const pages = await playlistPages({ cache: CACHE, pages: PAGES, shape });
      const lake = await landedPages({ folder: `${scratch}/lake`, pages: PAGES, shape });
      const python = pythonWithPandas();
      let peak = 0;
      const found = await interleaved(rounds, {
        column: () => oneColumn(`${pages}/*.json.gz`, 'href', "{href: 'VARCHAR'}"),
        bare: async () =>
          JSON.parse((await run(process.execPath, [BARE, `${pages}/*.json.gz`, scratch, String(availableParallelism())])).stdout),
        pandas: async () => {
          if (python === null) return null;
          const out = `${scratch}/csv`;
          await mkdir(out, { recursive: true });
          const { ms } = await run(python, [CLASSIC, pages, out]);
          await rm(out, { recursive: true });
          return ms;
        },
        transform: async () => {
          const { stdout, ms, peakMb } = await tonearm(['rebuild', '--lake', lake, '--json']);
          const { read } = JSON.parse(stdout).total;
          if (read !== ITEMS) throw new Error(`${read} records read of ${ITEMS}`);
          peak = Math.max(peak, peakMb);
          return ms;
        },
      });
      const [column, whole] = [median(found.column), median(found.transform)];
      const bare = median(found.bare.map(({ ms }) => ms));
      const pandas = python === null ? null : median(found.pandas);
      return [
        told('one column of the same files', column, 'ms'),
        told('every field read once, without anything else', median(found.bare.map(({ read }) => read)), 'ms'),
        told('every field read and written once, without anything else', bare, 'ms'),
        told('pandas to CSV', pandas, 'ms', ...(pandas === null ? ['pandas is not installed'] : [])),
        told('raw to tables', whole, 'ms'),
        atLeast('pandas against it', pandas === null ? null : pandas / whole, 'times', 6),
        atMost('it against the one column', whole / column, 'times', 3.5),
        told('it against the bare reading and writing', whole / bare, 'times'),
        told('the bare reading and writing against the one column', bare / column, 'times'),
        atMost('peak memory', peak, 'MB', 700),
      ];
    }),
});

export const transform = part('transform', 'extended');
export const transformDev = part('transform-dev', 'development');
