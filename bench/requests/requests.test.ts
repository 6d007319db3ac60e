import { expect, it } from 'vitest';
import { countRequests } from './counted.ts';

it('a run asks no more than the least that its collection takes, and what its plan foretold', { timeout: 120_000 }, async () => {
  const runs = await countRequests({ playlists: 49, savedTracks: 300, savedAlbums: 70, followedArtists: 60, changing: 0.1 });
  for (const { name, counted, least, foretold } of runs) {
    expect({ name, counted }).toEqual({ name, counted: least });
    if (foretold !== null) expect(foretold).toBe(Object.values(counted).reduce((sum, count) => sum + count, 0));
  }
  expect(runs).toHaveLength(3);
});
