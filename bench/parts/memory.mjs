/** A rebuild with little memory. */
import { landedPages } from '../data/landed-pages.mjs';
import { told } from '../measure.mjs';
import { tonearm, withFolder } from '../measured.mjs';

const PAGES = 20_000;

export const memory = {
  name: 'memory',
  measure: () =>
    withFolder(async (scratch) => {
      const lake = await landedPages({ folder: `${scratch}/lake`, pages: PAGES, shape: 'extended' });
      const { peakMb, ms } = await tonearm(['rebuild', '--lake', lake, '--memory', '512MB', '--json']);
      return [
        { ...told('a rebuild of 2,000,000 items with 512MB', ms, 'ms'), reach: 'finishes', isReached: true },
        told('its peak memory, Node and all', peakMb, 'MB'),
      ];
    }),
};
