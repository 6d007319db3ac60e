/** Everything from raw at ten times the pages of the transform bench: its rate must not fall. */
import { landedPages } from '../data/landed-pages.mjs';
import { atLeast, told } from '../measure.mjs';
import { interleaved, median, tonearm, withFolder } from '../measured.mjs';

const SMALL = 2_000;
const LARGE = 20_000;

export const rebuild = {
  name: 'rebuild',
  measure: ({ rounds }) =>
    withFolder(async (scratch) => {
      const lakes = {};
      for (const pages of [SMALL, LARGE]) {
        lakes[pages] = await landedPages({ folder: `${scratch}/${pages}`, pages, shape: 'extended' });
      }
      const on = (pages) => async () => (await tonearm(['rebuild', '--lake', lakes[pages], '--json'])).ms;
      const found = await interleaved(rounds, { small: on(SMALL), large: on(LARGE) });
      const rate = (pages, ms) => (pages * 100_000) / ms;
      const [small, large] = [rate(SMALL, median(found.small)), rate(LARGE, median(found.large))];
      return [
        told(`items a second, ${SMALL} pages`, small, 'items/s'),
        told(`items a second, ${LARGE} pages`, large, 'items/s'),
        atLeast('the second against the first', (large / small) * 100, '%', 70),
      ];
    }),
};
