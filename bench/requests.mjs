/**
 * `npm run bench:requests`: how many requests a run makes for an account with 120 playlists and 9,000 saved tracks, beside the least that it takes,
 * worked out from the size alone. Ends with 1 where a stream asks more, or less, than that.
 */
import { bundled } from './bundled.mjs';

const SIZE = { playlists: 120, savedTracks: 9_000, savedAlbums: 120, followedArtists: 80, changing: 0.05 };
const { countRequests } = await bundled('bench/requests/counted.ts');

let isEqual = true;
for (const { name, foretold, counted, least } of await countRequests(SIZE)) {
  const total = sum(counted);
  console.log(`${name}: ${total} requests, the least is ${sum(least)}${foretold === null ? '' : `, the plan says ${foretold}`}`);
  for (const stream of [...new Set([...Object.keys(counted), ...Object.keys(least)])].sort()) {
    const [made, needed] = [counted[stream] ?? 0, least[stream] ?? 0];
    console.log(`  ${stream.padEnd(18)}${String(made).padStart(6)}${String(needed).padStart(6)}${made === needed ? '' : '   differs'}`);
    isEqual &&= made === needed;
  }
  isEqual &&= foretold === null || foretold === total;
}
process.exitCode = isEqual ? 0 : 1;

function sum(counts) {
  return Object.values(counts).reduce((all, count) => all + count, 0);
}
