import { DAY_MS } from '../world/calendar.ts';
import type { Album, Artist, Track } from '../world/music.ts';
import { createRandom, type Random } from '../world/random.ts';
import type { World } from '../world/world.ts';

/** Days that one set of favourites lasts. */
const PHASE_DAYS = 91;
const FAVOURITES = 45;

/** What an account likes on a day. Favourites change with the quarter, a third of them stay for good. */
export interface Taste {
  /** A favourite, or now and then anybody. */
  artist(random: Random): Artist;
  /** An album out by then; null when the artist had none. */
  album(random: Random): Album | null;
  track(random: Random): Track | null;
}

export function tasteOf(world: World, accountName: string, day: number): Taste {
  const favourites = [
    ...draw(world, FAVOURITES / 3, 'forever', accountName, 0),
    ...draw(world, (FAVOURITES * 2) / 3, 'phase', accountName, Math.floor(day / PHASE_DAYS)),
  ];
  const out = (album: Album): boolean => album.releasedDay <= day;
  const artist = (random: Random): Artist =>
    random.chance(0.85) ? (favourites[random.skewed(favourites.length)] ?? random.pick(favourites)) : random.pick(world.artists);
  const album = (random: Random): Album | null => {
    const albums = artist(random).albums.filter(out);
    return albums.length === 0 ? null : random.pick(albums);
  };
  return {
    artist,
    album,
    track: (random) => {
      const from = album(random);
      return from === null ? null : (from.tracks[random.skewed(from.tracks.length)] ?? null);
    },
  };
}

function draw(world: World, count: number, label: string, accountName: string, phase: number): Artist[] {
  const random = createRandom(world.seed, label, accountName, phase);
  return Array.from({ length: count }, () => world.artists[random.skewed(world.artists.length)] ?? random.pick(world.artists));
}

/** Released by the start of the day? */
export function isOut(album: Album, at: number): boolean {
  return album.releasedDay * DAY_MS <= at;
}
