/**
 * How the answers of each stream are laid out, as DuckDB is told to read them. Only fields that some table depends on are declared:
 * what is not declared (`available_markets`, two fifths of the bytes) is never built.
 */

/** A DuckDB scalar type, a struct, or a list. */
export type Field = string | Struct | readonly [string | Struct];
export interface Struct {
  readonly [name: string]: Field;
}

export function duckDbTypeOf(field: Field): string {
  if (typeof field === 'string') return field;
  if (Array.isArray(field)) return `${duckDbTypeOf((field as readonly [string | Struct])[0])}[]`;
  const members = Object.entries(field as Struct).map(([name, type]) => `"${name}" ${duckDbTypeOf(type)}`);
  return `STRUCT(${members.join(', ')})`;
}

const TEXT = 'VARCHAR';
const WHOLE = 'BIGINT';
const YES = 'BOOLEAN';

const IMAGES: Field = [{ url: TEXT, width: WHOLE }];
const EXTERNAL_IDS: Struct = { isrc: TEXT, upc: TEXT };
const ARTIST_NAME: Struct = { id: TEXT, uri: TEXT, name: TEXT };
const FOLLOWERS: Struct = { total: WHOLE };

const SHOW: Struct = {
  id: TEXT,
  uri: TEXT,
  name: TEXT,
  media_type: TEXT,
  publisher: TEXT,
  explicit: YES,
  description: TEXT,
  images: IMAGES,
  total_episodes: WHOLE,
};

const ALBUM_FIELDS: Struct = {
  id: TEXT,
  uri: TEXT,
  name: TEXT,
  album_type: TEXT,
  total_tracks: WHOLE,
  release_date: TEXT,
  release_date_precision: TEXT,
  images: IMAGES,
  artists: [ARTIST_NAME],
};

/** Tracks and episodes: a playlist item may be either, `type` tells. */
const TRACK: Struct = {
  id: TEXT,
  uri: TEXT,
  type: TEXT,
  name: TEXT,
  duration_ms: WHOLE,
  explicit: YES,
  is_local: YES,
  disc_number: WHOLE,
  track_number: WHOLE,
  popularity: WHOLE,
  external_ids: EXTERNAL_IDS,
  linked_from: { id: TEXT },
  artists: [ARTIST_NAME],
  album: ALBUM_FIELDS,
  description: TEXT,
  release_date: TEXT,
  release_date_precision: TEXT,
  images: IMAGES,
  show: SHOW,
};

const ALBUM_TRACK: Struct = {
  id: TEXT,
  uri: TEXT,
  name: TEXT,
  duration_ms: WHOLE,
  explicit: YES,
  disc_number: WHOLE,
  track_number: WHOLE,
  artists: [ARTIST_NAME],
};

const ALBUM: Struct = {
  ...ALBUM_FIELDS,
  external_ids: EXTERNAL_IDS,
  label: TEXT,
  popularity: WHOLE,
  tracks: { items: [ALBUM_TRACK] },
};

const ARTIST: Struct = { ...ARTIST_NAME, images: IMAGES, genres: [TEXT], popularity: WHOLE, followers: FOLLOWERS };

const AUDIOBOOK: Struct = {
  id: TEXT,
  uri: TEXT,
  name: TEXT,
  authors: [{ name: TEXT }],
  narrators: [{ name: TEXT }],
  explicit: YES,
  publisher: TEXT,
  images: IMAGES,
  total_chapters: WHOLE,
};

const PAGE: Struct = { href: TEXT, limit: WHOLE, next: TEXT, offset: WHOLE, previous: TEXT, total: WHOLE };
const CURSORS: Struct = { before: TEXT, after: TEXT };

const PLAYLIST_ITEM: Struct = { added_at: TEXT, added_by: { id: TEXT }, is_local: YES, item: TRACK, track: TRACK };
const PLAYLIST_ITEMS: Struct = { ...PAGE, items: [PLAYLIST_ITEM] };
const PLAYLIST: Struct = {
  id: TEXT,
  uri: TEXT,
  name: TEXT,
  description: TEXT,
  owner: { id: TEXT, display_name: TEXT },
  public: YES,
  collaborative: YES,
  snapshot_id: TEXT,
  followers: FOLLOWERS,
  items: PLAYLIST_ITEMS,
  tracks: PLAYLIST_ITEMS,
};

const ACCOUNT: Struct = { id: TEXT, account_id: TEXT, display_name: TEXT, uri: TEXT, country: TEXT, product: TEXT };

/** The objects that answers hand over; each has a relation `seen_<object>` while a batch is staged. */
export const OBJECTS = {
  track: TRACK,
  album: ALBUM,
  artist: ARTIST,
  show: SHOW,
  playlist: PLAYLIST,
  audiobook: AUDIOBOOK,
  account: ACCOUNT,
} as const satisfies Readonly<Record<string, Struct>>;
export type ObjectName = keyof typeof OBJECTS;

/** One list of elements in a body. */
export interface ElementList {
  /** Path of the list in the body, dots between; empty where the body itself is the record. */
  readonly list: string;
  readonly object: ObjectName;
  /** DuckDB expression over `body`: the list, or null. */
  readonly from: string;
  /** DuckDB expression over the element `e`: the object. */
  readonly value: string;
  /** Columns of the element around the object. */
  readonly around?: Readonly<Record<string, string>>;
  /** The elements are looked at, but the stream does not hand them over as records. */
  readonly isAside?: boolean;
  /** The list holds the one object that stands at its path; its element has no number. */
  readonly isSingle?: boolean;
}

export interface Shape {
  readonly body: Struct;
  readonly elements: readonly ElementList[];
  /** For lists whose membership is kept: expression over `body` of the page, and the kind of list. */
  readonly page?: {
    readonly kind: string;
    readonly from: string;
    /** Condition on an `element` of the page: it says what it is. One that does not, or was set aside, might be anything. */
    readonly isKnown: string;
  };
}

const itself = (object: ObjectName, when = 'body.id is not null'): ElementList => {
  const fields = Object.keys(OBJECTS[object]).map((name) => `'${name}': body."${name}"`);
  return { list: '', object, from: `case when ${when} then [{${fields.join(', ')}}] end`, value: 'e' };
};
const listed = (object: ObjectName, list: string): ElementList => ({ list, object, from: `body.${list}`, value: 'e' });
const pageOf = (object: ObjectName): Shape => ({ body: { ...PAGE, items: [OBJECTS[object]] }, elements: [listed(object, 'items')] });
const batchOr = (object: ObjectName, list: string, when?: string): Shape => ({
  body: { ...OBJECTS[object], [list]: [OBJECTS[object]] },
  elements: [listed(object, list), itself(object, when)],
});
const saved = (object: ObjectName, field: string, kind: string): Shape => ({
  body: { ...PAGE, items: [{ added_at: TEXT, [field]: OBJECTS[object] }] },
  elements: [{ list: 'items', object, from: 'body.items', value: `e.${field}`, around: { added_at: 'e.added_at' } }],
  page: { kind, from: 'body', isKnown: `element.${field}.uri is not null` },
});

const ANY_ELEMENT = 'element is not null';

const PLAYLIST_AROUND = { added_at: 'e.added_at', added_by: 'e.added_by.id', is_local: 'e.is_local' };
const playlistElements = (list: string, from: string): ElementList => ({
  list,
  object: 'track',
  from,
  // DuckDB's coalesce over structs takes eighteen times as long as this.
  value: 'case when e.item is null then e.track else e.item end',
  around: PLAYLIST_AROUND,
});

export const SHAPES: Readonly<Record<string, Shape>> = {
  profile: { body: ACCOUNT, elements: [itself('account')] },
  recently_played: {
    body: { href: TEXT, limit: WHOLE, next: TEXT, cursors: CURSORS, items: [{ track: TRACK, played_at: TEXT, context: { uri: TEXT } }] },
    elements: [
      {
        list: 'items',
        object: 'track',
        from: 'body.items',
        value: 'e.track',
        around: { played_at: 'e.played_at', context_uri: 'e.context.uri' },
      },
    ],
  },
  top_tracks: pageOf('track'),
  top_artists: pageOf('artist'),
  saved_tracks: saved('track', 'track', 'saved_tracks'),
  saved_albums: saved('album', 'album', 'saved_albums'),
  saved_shows: saved('show', 'show', 'saved_shows'),
  saved_episodes: saved('track', 'episode', 'saved_episodes'),
  saved_audiobooks: saved('audiobook', 'audiobook', 'saved_audiobooks'),
  followed_artists: {
    body: { artists: { href: TEXT, limit: WHOLE, next: TEXT, total: WHOLE, cursors: CURSORS, items: [ARTIST] } },
    elements: [listed('artist', 'artists.items')],
    page: { kind: 'followed_artists', from: 'body.artists', isKnown: 'element.uri is not null' },
  },
  my_playlists: {
    body: { ...PAGE, items: [PLAYLIST] },
    elements: [listed('playlist', 'items')],
    page: { kind: 'my_playlists', from: 'body', isKnown: ANY_ELEMENT },
  },
  playlists: {
    body: PLAYLIST,
    elements: [
      itself('playlist'),
      playlistElements('items.items', 'body."items"."items"'),
      playlistElements('tracks.items', 'case when body."items"."items" is null then body.tracks."items" end'),
    ],
    page: {
      kind: 'playlist',
      from: 'case when body."items"."items" is null then body.tracks else body."items" end',
      isKnown: ANY_ELEMENT,
    },
  },
  playlist_items: {
    body: PLAYLIST_ITEMS,
    elements: [playlistElements('items', 'body."items"')],
    page: { kind: 'playlist', from: 'body', isKnown: ANY_ELEMENT },
  },
  // A local track has no id.
  tracks: batchOr('track', 'tracks', 'coalesce(body.id, body.uri) is not null'),
  albums: batchOr('album', 'albums'),
  album_tracks: pageOf('track'),
  artists: batchOr('artist', 'artists'),
  artist_albums: pageOf('album'),
  shows: {
    body: { ...SHOW, shows: [SHOW], episodes: { items: [TRACK] } },
    elements: [
      listed('show', 'shows'),
      itself('show'),
      // A show carries the first page of its episodes.
      { list: 'episodes.items', object: 'track', from: 'body.episodes."items"', value: 'e', isAside: true },
    ],
  },
  show_episodes: pageOf('track'),
  episodes: batchOr('track', 'episodes'),
  audiobooks: batchOr('audiobook', 'audiobooks'),
  search: {
    body: {
      tracks: { items: [TRACK] },
      albums: { items: [ALBUM] },
      artists: { items: [ARTIST] },
      playlists: { items: [PLAYLIST] },
      shows: { items: [SHOW] },
      episodes: { items: [TRACK] },
      audiobooks: { items: [AUDIOBOOK] },
    },
    elements: [
      listed('track', 'tracks.items'),
      listed('album', 'albums.items'),
      listed('artist', 'artists.items'),
      listed('playlist', 'playlists.items'),
      listed('show', 'shows.items'),
      listed('track', 'episodes.items'),
      listed('audiobook', 'audiobooks.items'),
    ],
  },
  new_releases: { body: { albums: { items: [ALBUM] } }, elements: [listed('album', 'albums.items')] },
  currently_playing: {
    body: { currently_playing_type: TEXT, item: TRACK },
    elements: [{ list: '', object: 'track', from: 'case when body is not null then [body] end', value: 'e.item' }],
  },
  queue: {
    body: { currently_playing: TRACK, queue: [TRACK] },
    elements: [
      listed('track', 'queue'),
      {
        list: 'currently_playing',
        object: 'track',
        from: 'case when body.currently_playing is not null then [body.currently_playing] end',
        value: 'e',
        isSingle: true,
      },
    ],
  },
};
