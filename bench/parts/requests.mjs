/**
 * How many requests a run makes for an account with 120 playlists and 9,000 saved tracks, beside the least that it takes, worked out from
 * the size alone.
 */
import { bundled } from '../bundled.mjs';

const SIZE = { playlists: 120, savedTracks: 9_000, savedAlbums: 120, followedArtists: 80, changing: 0.05 };
const sum = (counts) => Object.values(counts).reduce((all, count) => all + count, 0);

export const requests = {
  name: 'requests',
  measure: async () => {
    const { countRequests } = await bundled('bench/requests/counted.ts');
    return (await countRequests(SIZE)).map(({ name, foretold, counted, least }) => {
      const streams = [...new Set([...Object.keys(counted), ...Object.keys(least)])];
      const odd = streams.filter((stream) => (counted[stream] ?? 0) !== (least[stream] ?? 0));
      const isReached = odd.length === 0 && (foretold === null || foretold === sum(counted));
      const note = odd.length === 0 ? `the plan says ${foretold ?? 'nothing'}` : `differs: ${odd.join(', ')}`;
      return { what: `requests: ${name}`, value: sum(counted), unit: '', reach: `${sum(least)}, the least`, isReached, note };
    });
  },
};
