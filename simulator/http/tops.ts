import type { Play } from '../listener/play.ts';
import type { Artist, Track } from '../world/music.ts';
import type { World } from '../world/world.ts';

/** Ranks end somewhere; where is not documented. */
const DEEPEST = 200;

/** Most played first; ties by id. */
function ranked<T extends { readonly id: string }>(things: readonly T[]): readonly T[] {
  const counts = new Map<T, number>();
  for (const thing of things) counts.set(thing, (counts.get(thing) ?? 0) + 1);
  return [...counts]
    .sort(([a, timesA], [b, timesB]) => timesB - timesA || (a.id < b.id ? -1 : 1))
    .slice(0, DEEPEST)
    .map(([thing]) => thing);
}

const tracksOf = (world: World, plays: readonly Play[]): readonly Track[] =>
  plays.flatMap((play) => world.find.track.get(play.itemId) ?? []);

export function topTracks(world: World, plays: readonly Play[]): readonly Track[] {
  return ranked(tracksOf(world, plays));
}

/** By the first artist of each play. */
export function topArtists(world: World, plays: readonly Play[]): readonly Artist[] {
  return ranked(tracksOf(world, plays).flatMap((track) => track.artists[0] ?? []));
}
