/** A run over 50 new pages on lakes of three sizes: what it costs must follow the pages. */
import { rm } from 'node:fs/promises';
import { copyOf, lakeOf, SIZES } from '../data/lakes.mjs';
import { playlistPages } from '../data/playlist-pages.mjs';
import { atMost, told } from '../measure.mjs';
import { CACHE, interleaved, median, tonearm, withFolder } from '../measured.mjs';

const PAGES = 50;

export const increment = {
  name: 'increment',
  measure: ({ rounds }) =>
    withFolder(async (scratch) => {
      const pages = await playlistPages({ cache: CACHE, pages: PAGES, shape: 'extended', first: 1_000_000 });
      const lakes = {};
      for (const [size, items] of Object.entries(SIZES)) lakes[size] = await lakeOf({ plays: 0, items });
      const on = (size) => async (round) => {
        const lake = `${scratch}/${size}-${round}`;
        await copyOf(lakes[size], lake);
        const { ms } = await tonearm(['import', pages, '--lake', lake, '--account', 'me', '--new-account', '--json']);
        await rm(lake, { recursive: true });
        return ms;
      };
      const found = await interleaved(rounds, { S: on('S'), M: on('M'), L: on('L') });
      const [small, middle, large] = [median(found.S), median(found.M), median(found.L)];
      return [
        told(`50 pages on ${SIZES.S.toLocaleString('en-US')} items`, small, 'ms'),
        atMost(`on ${SIZES.M.toLocaleString('en-US')} items against it`, middle / small, 'times', 1.5),
        atMost(`on ${SIZES.L.toLocaleString('en-US')} items against it`, large / small, 'times', 2.5),
      ];
    }),
};
