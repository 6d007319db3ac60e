import { z } from 'zod';
import { type IdKind, readSpotifyId } from './spotify-id.ts';

/** What to watch beyond one's own account. */
export interface WatchConfig {
  /** Spotify ids, each once. */
  readonly playlists: readonly string[];
  readonly artists: readonly string[];
  readonly albums: readonly string[];
  readonly tracks: readonly string[];
  readonly searches: readonly WatchedSearch[];
  readonly newReleases: boolean;
  /** Each thing is asked for again after this many hours. */
  readonly everyHours: number;
}

export interface WatchedSearch {
  /** As typed into Spotify, with its filters (`artist:`, `year:`, …). */
  readonly q: string;
  readonly types: readonly string[];
  /** ISO 3166-1 alpha-2; null: that of the account. */
  readonly market: string | null;
  /** Pages of 50, or of 10 in development mode, that are read at most. */
  readonly pages: number;
}

const SEARCH_TYPES = ['album', 'artist', 'playlist', 'track', 'show', 'episode', 'audiobook'] as const;
/** A search shows the first 1,000 alone, 10 a page at least. https://developer.spotify.com/documentation/web-api/reference/search */
const MOST_PAGES = 100;
const MOST_HOURS = 24 * 31;

const DEFAULTS = { types: ['track'], pages: 1, everyHours: 24 } as const;

function ids(kind: IdKind) {
  const expected = `a list of ${kind}s: ids, URIs or addresses at open.spotify.com`;
  const entry = z
    .string({ error: `the id, URI or address of ${kind === 'artist' || kind === 'album' ? 'an' : 'a'} ${kind}` })
    .transform((text, context) => {
      const read = readSpotifyId(kind, text);
      if ('id' in read) return read.id;
      context.addIssue({ code: 'custom', message: `the id, URI or address of the ${kind}: ${read.problem}` });
      return z.NEVER;
    });
  return z.array(entry, { error: expected }).transform((list) => [...new Set(list)]);
}

const whole = (most: number, of: string) => {
  const error = `a whole number of ${of}, 1 to ${most}`;
  return z.number({ error }).int({ error }).min(1, { error }).max(most, { error });
};

const WrittenSearch = z.strictObject(
  {
    q: z
      .string({ error: 'words to search for' })
      .trim()
      .min(1, { error: 'words to search for' })
      .max(250, { error: 'at most 250 characters' })
      .describe('As typed into Spotify, with its filters, such as artist: and year:.'),
    types: z
      .array(z.enum(SEARCH_TYPES, { error: `one of ${SEARCH_TYPES.join(', ')}` }), { error: `a list of ${SEARCH_TYPES.join(', ')}` })
      .min(1, { error: 'at least one type' })
      .optional()
      .describe('What to look for. Tracks where absent.'),
    market: z
      .string({ error: 'a country of two letters, such as DE' })
      .regex(/^[A-Z]{2}$/, { error: 'a country of two letters, such as DE' })
      .optional()
      .describe("Country as two letters, such as DE. The account's own where absent."),
    pages: whole(MOST_PAGES, 'pages').optional().describe('Pages that are read at most. 1 where absent.'),
  },
  { error: 'a search, such as "q: year:1981 artist:kraftwerk"' },
);

/** How the config writes it; every key may be absent. The messages say what is expected. */
export const WrittenWatch = z.strictObject(
  {
    playlists: ids('playlist').optional().describe('Playlists whose members are read: ids, URIs or addresses.'),
    artists: ids('artist').optional().describe('Artists whose discography is read: ids, URIs or addresses.'),
    albums: ids('album').optional().describe('Albums that are read with their tracks: ids, URIs or addresses.'),
    tracks: ids('track').optional().describe('Tracks that are read: ids, URIs or addresses.'),
    searches: z.array(WrittenSearch, { error: 'a list of searches' }).optional().describe('Searches whose first results are kept.'),
    new_releases: z
      .boolean({ error: 'true or false' })
      .optional()
      .describe('Reads the list of new releases, where the app may still call it.'),
    every_hours: whole(MOST_HOURS, 'hours').optional().describe('Each thing is asked for again after this many hours. 24 where absent.'),
  },
  { error: 'keys such as playlists and artists' },
);
export type WrittenWatch = z.infer<typeof WrittenWatch>;

/** The written form with its defaults: one page of tracks for a search, everything once a day. */
export function watchConfig(written: WrittenWatch): WatchConfig {
  return {
    playlists: written.playlists ?? [],
    artists: written.artists ?? [],
    albums: written.albums ?? [],
    tracks: written.tracks ?? [],
    searches: (written.searches ?? []).map(({ q, types, market, pages }) => ({
      q,
      types: [...new Set(types ?? DEFAULTS.types)],
      market: market ?? null,
      pages: pages ?? DEFAULTS.pages,
    })),
    newReleases: written.new_releases ?? false,
    everyHours: written.every_hours ?? DEFAULTS.everyHours,
  };
}
