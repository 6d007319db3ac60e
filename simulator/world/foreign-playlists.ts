import { DAY_MS, dayFrom } from './calendar.ts';
import type { Discography } from './discography.ts';
import type { Track } from './music.ts';
import { plainTitle } from './names.ts';
import { createRandom } from './random.ts';
import { base62, spotifyId } from './spotify-id.ts';

/** A playlist of somebody who is no account of the simulator: it only grows, so its state is what was added by then. */
export interface ForeignPlaylist {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly ownerId: string;
  readonly ownerName: string;
  readonly followers: number;
  /** By time of addition. */
  readonly entries: readonly { readonly track: Track; readonly addedAt: number }[];
}

export function createForeignPlaylists(seed: string, music: Discography, count: number): readonly ForeignPlaylist[] {
  return Array.from({ length: count }, (_, index) => {
    const random = createRandom(seed, 'foreign', index);
    const entries: { track: Track; addedAt: number }[] = [];
    const last = dayFrom('2028-12-31') * DAY_MS;
    for (let at = dayFrom('2018-01-01') * DAY_MS; at < last; at += random.between(1, 50) * DAY_MS + random.below(DAY_MS)) {
      const track = random.pick(music.tracks);
      if (track.album.releasedDay * DAY_MS < at) entries.push({ track, addedAt: Math.floor(at / 1000) * 1000 });
    }
    const ownerName = `${plainTitle(random, 'accented')} ${random.between(1, 99)}`;
    return {
      id: spotifyId(seed, 'foreign-playlist', index),
      name: `${plainTitle(random, 'latin')} mix`,
      description: random.chance(0.5) ? '' : 'Songs for &quot;later&quot;, and <b>now</b>',
      ownerId: base62(25, seed, 'owner', index).toLowerCase(),
      ownerName,
      followers: random.skewed(90_000),
      entries,
    };
  });
}
