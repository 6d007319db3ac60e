import { z } from 'zod';
import { epochMs, id } from './values.ts';

/** Files of account data that hold lists. */
export type ExportedListStream = 'exported_library' | 'exported_playlists';

/** Sections of `YourLibrary.json` that tables are made of. What was hidden (`bannedTracks`, `bannedArtists`) and `other` are not read. */
export const LIBRARY_SECTIONS = ['tracks', 'albums', 'shows', 'episodes', 'artists'] as const;

const DAY = /^\d{4}-\d\d-\d\d$/;
/** Spotify was founded in 2006; very old playlist items have the first day of 1970 in place of a date. */
const isDay = (value: string): boolean => {
  const ms = DAY.test(value) ? epochMs(`${value}T00:00:00Z`) : Number.NaN;
  return ms === 0 || (ms >= Date.UTC(2006, 0) && ms < Date.UTC(2100, 0));
};

/** Exports before 2021 name what was saved and say no URI: nothing can be known again by a name alone. */
export const librarySaved = z.object({ uri: id });

/** A playlist without its items, which are records of their own. Names may repeat, and may be empty. */
export const exportedPlaylist = z.object({ name: z.string(), description: z.string().nullish(), items: z.array(z.unknown()) });

const uriUnder = (...names: readonly string[]): z.ZodType =>
  z
    .record(z.string(), z.unknown())
    .refine((value) => names.some((name) => id.safeParse(value[name]).success), { path: [names[0] ?? ''], error: 'a URI' })
    .nullish();

/** One of four fields names the item; where all of them are null, Spotify no longer names it. `addedDate`: since about 2022. */
export const exportedPlaylistItem = z
  .object({
    track: uriUnder('trackUri'),
    episode: uriUnder('episodeUri'),
    audiobook: uriUnder('audiobookUri', 'uri'),
    localTrack: uriUnder('uri'),
    addedDate: z.string().refine(isDay, { error: 'a day from 2006 to 2099, or the first of 1970' }).nullish(),
  })
  .refine((value) => Object.values(value).some((found) => found !== undefined), { path: ['track'], error: 'track, episode or localTrack' });
