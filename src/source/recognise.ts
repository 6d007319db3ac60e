import { fromHref } from './identify.ts';
import { fieldOf, isArray, isObject, type JsonObject, textOf } from './json.ts';
import { SEARCH_PAGES } from './records.ts';
import type { Recognised, StreamName } from './types.ts';

/**
 * Which stream a bare body belongs to: by its own `href` where it has one, else by its shape
 * (https://developer.spotify.com/documentation/web-api/reference). Answers with tokens are told first, whatever else they hold, down to
 * the third level.
 */
export function recognise(body: unknown, hint: { readonly fileName?: string }): Recognised {
  const secret = secretIn(body, 3);
  if (secret !== null) return { kind: 'secret', what: secret };
  if (isArray(body)) return fromBareList(body);
  if (!isObject(body)) return unknown('no JSON object');
  if (body.error !== undefined && body.error !== null) return unknown('an error answer');
  return fromAddress(body) ?? fromTable(body) ?? fromBatch(body) ?? fromWrappedPages(body) ?? fromPage(body, hint) ?? fromObject(body);
}

const stream = (name: StreamName): Recognised => ({ kind: 'stream', stream: name });
const noTable = (what: string): Recognised => ({ kind: 'no_table', what });
const unknown = (why: string): Recognised => ({ kind: 'unknown', why });

const SECRETS = { access_token: 'an access token', refresh_token: 'a refresh token', client_secret: 'a client secret' } as const;

function secretIn(value: unknown, levels: number): string | null {
  if (levels === 0 || typeof value !== 'object' || value === null) return null;
  for (const [name, what] of Object.entries(SECRETS)) {
    const found = textOf(value, name);
    if (found !== null && found !== '') return what;
  }
  for (const child of Object.values(value)) {
    const found = secretIn(child, levels - 1);
    if (found !== null) return found;
  }
  return null;
}

function fromBareList(list: readonly unknown[]): Recognised {
  if (list.length === 0) return unknown('an empty list that does not say of what');
  if (list.every((element) => typeof element === 'boolean')) return noTable('library check');
  if (list.every((element) => textOf(element, 'url') !== null && fieldOf(element, 'width') !== undefined)) return noTable('cover images');
  return unknown('a list without the answer around it');
}

/** First match wins. Paths are without `/v1` and without `/users/<user>` before `/playlists/<id>`. */
const ADDRESSES: readonly (readonly [RegExp, Recognised])[] = [
  [/^\/me\/player\/recently-played$/, stream('recently_played')],
  [/^\/me\/top\/tracks$/, stream('top_tracks')],
  [/^\/me\/top\/artists$/, stream('top_artists')],
  [/^\/me\/tracks$/, stream('saved_tracks')],
  [/^\/me\/albums$/, stream('saved_albums')],
  [/^\/me\/shows$/, stream('saved_shows')],
  [/^\/me\/episodes$/, stream('saved_episodes')],
  [/^\/me\/audiobooks$/, stream('saved_audiobooks')],
  [/^\/me\/following$/, stream('followed_artists')],
  // Spotify has long answered /me/playlists with the user's own address.
  [/^\/(?:me|users\/[^/]+)\/playlists$/, stream('my_playlists')],
  [/^\/playlists\/[^/]+\/(?:tracks|items)$/, stream('playlist_items')],
  [/^\/playlists\/[^/]+$/, stream('playlists')],
  [/^\/albums\/[^/]+\/tracks$/, stream('album_tracks')],
  [/^\/albums\/[^/]+$/, stream('albums')],
  [/^\/artists\/[^/]+\/albums$/, stream('artist_albums')],
  [/^\/artists\/[^/]+$/, stream('artists')],
  [/^\/tracks\/[^/]+$/, stream('tracks')],
  [/^\/shows\/[^/]+\/episodes$/, stream('show_episodes')],
  [/^\/shows\/[^/]+$/, stream('shows')],
  [/^\/episodes\/[^/]+$/, stream('episodes')],
  [/^\/audiobooks\/[^/]+\/chapters$/, noTable('chapters of an audiobook')],
  [/^\/audiobooks\/[^/]+$/, stream('audiobooks')],
  [/^\/chapters\/[^/]+$/, noTable('chapter of an audiobook')],
  [/^\/search$/, stream('search')],
  [/^\/browse\/new-releases$/, stream('new_releases')],
  [/^\/browse\/(?:featured-playlists|categories\/[^/]+\/playlists)$/, stream('search')],
  [/^\/browse\/categories(?:\/[^/]+)?$/, noTable('browse categories')],
];

/** The page's own address, or that of the page it wraps. A user's address says nothing about whose profile it is. */
function fromAddress(body: JsonObject): Recognised | null {
  const own = textOf(body, 'href');
  const wrapped = [...SEARCH_PAGES, 'categories'].map((name) => textOf(fieldOf(body, name), 'href')).find((href) => href !== null);
  const path = fromHref(own ?? wrapped ?? null)?.path;
  return path === undefined ? null : (ADDRESSES.find(([pattern]) => pattern.test(path))?.[1] ?? null);
}

/** What Tonearm has no table for, or of which a part decides. */
function fromTable(body: JsonObject): Recognised | null {
  if (isArray(body.audio_features) || (body.danceability !== undefined && body.energy !== undefined)) return noTable('audio features');
  if (isArray(body.bars) && isArray(body.beats)) return noTable('audio analysis');
  if (isArray(body.devices)) return noTable('devices');
  if (isArray(body.markets)) return noTable('markets');
  if (isArray(body.chapters)) return noTable('chapters of an audiobook');
  if (isArray(body.genres) && body.id === undefined && body.type === undefined) return noTable('genre seeds');
  if (isArray(body.queue) && body.currently_playing !== undefined) return stream('queue');
  if (typeof body.is_playing === 'boolean') return isObject(body.item) ? stream('currently_playing') : noTable('player without an item');
  return null;
}

/** Arrays of whole objects; recommendations and top tracks come as `tracks`, related artists as `artists`. */
function fromBatch(body: JsonObject): Recognised | null {
  if (body.type !== undefined || body.id !== undefined) return null;
  const name = (['tracks', 'albums', 'artists', 'shows', 'episodes', 'audiobooks'] as const).find((each) => isArray(body[each]));
  return name === undefined ? null : stream(name);
}

function fromWrappedPages(body: JsonObject): Recognised | null {
  if (body.type !== undefined || body.id !== undefined) return null;
  if (isArray(fieldOf(body.categories, 'items'))) return noTable('browse categories');
  const pages = SEARCH_PAGES.filter((name) => isArray(fieldOf(body[name], 'items')));
  if (pages.length === 0) return null;
  const isFollowed = pages.length === 1 && pages[0] === 'artists' && fieldOf(body.artists, 'cursors') !== undefined;
  return stream(isFollowed ? 'followed_artists' : 'search');
}

function fromPage(body: JsonObject, hint: { readonly fileName?: string }): Recognised | null {
  if (!isArray(body.items)) return null;
  if (body.items.length === 0) return unknown('an empty page that does not say which list it is of');
  const element = body.items.find(isObject);
  if (element === undefined) return unknown('a page of nothing but null that does not say which list it is of');
  return fromListed(element, hint) ?? fromElement(element) ?? unknown('a page whose elements look like none of the Web API');
}

/** Elements that wrap what they list. */
function fromListed(element: JsonObject, hint: { readonly fileName?: string }): Recognised | null {
  if (element.played_at !== undefined) return stream('recently_played');
  const isOfPlaylist = ['added_by', 'is_local', 'item', 'primary_color', 'video_thumbnail'].some((name) => element[name] !== undefined);
  if (element.item !== undefined || element.track !== undefined) {
    if (isOfPlaylist && element.type === undefined) return stream('playlist_items');
    // Cut down to `added_at` and `track`, both lists look alike.
    return stream(/playlist/i.test(hint.fileName ?? '') ? 'playlist_items' : 'saved_tracks');
  }
  if (element.added_at === undefined) return null;
  const kind = (['album', 'show', 'episode', 'audiobook'] as const).find((name) => isObject(element[name]));
  return kind === undefined ? null : stream(`saved_${kind}s`);
}

/** Elements that are the objects themselves. Simplified tracks, as an album lists them, have no album. */
function fromElement(element: JsonObject): Recognised | null {
  switch (kindOf(element)) {
    case 'track':
      return stream(isObject(element.album) ? 'top_tracks' : 'album_tracks');
    case 'artist':
      return stream('top_artists');
    case 'album':
      return stream('artist_albums');
    case 'playlist':
      return stream('my_playlists');
    case 'episode':
      return stream('show_episodes');
    case 'chapter':
      return noTable('chapters of an audiobook');
    default:
      return null;
  }
}

function fromObject(body: JsonObject): Recognised {
  switch (kindOf(body)) {
    case 'track':
      return stream('tracks');
    case 'album':
      return stream('albums');
    case 'artist':
      return stream('artists');
    case 'playlist':
      return stream('playlists');
    case 'show':
      return stream('shows');
    case 'episode':
      return stream('episodes');
    case 'audiobook':
      return stream('audiobooks');
    case 'chapter':
      return noTable('chapter of an audiobook');
    case 'user':
      return isOwnProfile(body) ? stream('profile') : noTable("another user's profile");
    default:
      return unknown('looks like no answer of the Web API');
  }
}

/** `type`, else what the URI says. */
function kindOf(value: JsonObject): string | null {
  return textOf(value, 'type') ?? /^spotify:(?:user:[^:]+:)?(\w+):[^:]+$/.exec(textOf(value, 'uri') ?? '')?.[1] ?? null;
}

/** Fields that Spotify gives of the user behind the token alone. */
const isOwnProfile = (user: JsonObject): boolean =>
  ['account_id', 'email', 'country', 'product', 'birthdate', 'explicit_content'].some((name) => user[name] !== undefined);
