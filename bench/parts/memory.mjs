/** A rebuild with little memory. */
import { playlistPages } from '../data/playlist-pages.mjs';
import { told } from '../measure.mjs';
import { CACHE, tonearm, withFolder } from '../measured.mjs';

const PAGES = 20_000;

export const memory = {
  name: 'memory',
  measure: () =>
    withFolder(async (scratch) => {
      const pages = await playlistPages({ cache: CACHE, pages: PAGES, shape: 'extended' });
      const lake = `${scratch}/lake`;
      await tonearm(['import', pages, '--lake', lake, '--account', 'me', '--json']);
      const { peakMb, ms } = await tonearm(['rebuild', '--lake', lake, '--memory', '512MB', '--json']);
      return [
        { ...told('a rebuild of 2,000,000 items with 512MB', ms, 'ms'), reach: 'finishes', isReached: true },
        told('its peak memory, Node and all', peakMb, 'MB'),
      ];
    }),
};
