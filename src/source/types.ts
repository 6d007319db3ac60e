import type { z } from 'zod';
import type { PipelineError } from '../kernel/errors.ts';

/** What one answer of the Web API is an answer to. The name of a raw folder, of a contract and of a staging shape. */
export const STREAM_NAMES = [
  'profile',
  'recently_played',
  'top_tracks',
  'top_artists',
  'saved_tracks',
  'saved_albums',
  'saved_shows',
  'saved_episodes',
  'saved_audiobooks',
  'followed_artists',
  'my_playlists',
  'playlists',
  'playlist_items',
  'tracks',
  'albums',
  'album_tracks',
  'artists',
  'artist_albums',
  'shows',
  'show_episodes',
  'episodes',
  'audiobooks',
  'search',
  'new_releases',
  'currently_playing',
  'queue',
] as const;
export type StreamName = (typeof STREAM_NAMES)[number];

/** Files of the privacy export that tables are made of; names of raw folders like those of the streams. */
export const EXPORT_STREAMS = [
  /** `Streaming_History_Audio_*`, `Streaming_History_Video_*`, `endsong_*`, `endvideo*`. */
  'extended_history',
  /** `StreamingHistory*`: about one year, minutes, no URIs. */
  'account_history',
  /** `YourLibrary.json`. */
  'exported_library',
  /** `Playlist<n>.json`. */
  'exported_playlists',
] as const;
export type ExportStream = (typeof EXPORT_STREAMS)[number];

/** What belongs to one account: the answers of these streams say something of others only under their name. */
export const PERSONAL_STREAMS: ReadonlySet<StreamName> = new Set<StreamName>([
  'profile',
  'recently_played',
  'top_tracks',
  'top_artists',
  'saved_tracks',
  'saved_albums',
  'saved_shows',
  'saved_episodes',
  'saved_audiobooks',
  'followed_artists',
  'my_playlists',
  'currently_playing',
  'queue',
]);

export interface ApiRequest {
  readonly method: 'GET';
  /** Below the base URL, such as `/me/tracks`; holds the item's id. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** One answer of the Web API, exactly as received. */
export interface Page {
  readonly stream: StreamName;
  readonly account: string | null;
  readonly request: ApiRequest;
  readonly status: number;
  /** The answer's `Date` header; the clock where it has none. */
  readonly observedAt: Date;
  readonly etag: string | null;
  readonly walk: { readonly startedAt: Date; readonly seq: number } | null;
  readonly body: Uint8Array;
}

/** What the app behind this token may call, as it was found. A family that is not named is taken to work. */
export interface Capabilities {
  /** Endpoint family → ISO 8601 UTC when it was first found to be unavailable; no longer named where that is to be asked again. Batches are families of their own, such as `/tracks?ids`. */
  readonly unavailableSince: Readonly<Record<string, string>>;
  /** Endpoint family → ISO 8601 UTC when a probe last found it open. */
  readonly answeredAt?: Readonly<Record<string, string>>;
  /** Which spelling of playlist items answered: `/items` (development mode of 2026) or `/tracks`. */
  readonly playlistItemsPath: 'items' | 'tracks' | null;
}

export interface SpotifyClient {
  readonly account: string | null;
  /** One GET with token, pacing and retries. Resolves for 2xx and 304; throws a PipelineError with the real status otherwise. */
  get(request: { path: string; query?: Readonly<Record<string, string | number>> }, signal?: AbortSignal): Promise<Answer>;
  /** The time by the clock of whoever asks: what is due is known before the first answer. */
  now(): Date;
}

export interface Answer {
  readonly request: ApiRequest;
  readonly status: number;
  readonly observedAt: Date;
  readonly etag: string | null;
  /** Bytes as received. */
  readonly body: Uint8Array;
  /** The body parsed; null where there was none. Throws `bad_response` where it is no JSON. */
  json(): unknown;
}

/** What a pass costs, known without asking. */
export interface Estimate {
  /** Exact where nothing changed at Spotify since the state was kept; the least where the state does not know what there is. */
  readonly requests: number;
  /** Upper bound, growth by one page of each list allowed for; null where the state does not know what there is. */
  readonly atMost: number | null;
  readonly because: string;
}

export interface Stream<S> {
  readonly name: StreamName;
  readonly scopes: readonly string[];
  readonly state: z.ZodType<S>;
  readonly initial: S;
  estimate(state: S, known: Capabilities, now: Date): Estimate;
  /** Yields answers in order; `resume` may be stored once its page is landed. Returns the state of a finished pass. */
  pages(state: S, api: SpotifyClient, known: Capabilities): AsyncGenerator<{ page: Page; resume: S }, S>;
  /**
   * What a person should be told once: what `after` knows to be out of reach and `before` did not. `unavailable` concerns the stream as a
   * whole; any other code one thing in it, while the rest was read.
   */
  notices(before: S, after: S): readonly PipelineError[];
}

/** A stream whose state only it can read; what it cannot read it takes for its initial state. */
export type AnyStream = Stream<unknown>;

/** Which stream a bare body belongs to, by its shape and its own `href`. */
export type Recognised =
  | { readonly kind: 'stream'; readonly stream: StreamName }
  /** Known, but Tonearm has no table for it (audio features, cover images, …). */
  | { readonly kind: 'no_table'; readonly what: string }
  /** Holds an access or refresh token: must never be stored. */
  | { readonly kind: 'secret'; readonly what: string }
  | { readonly kind: 'unknown'; readonly why: string };
