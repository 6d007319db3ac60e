import { fieldOf, isObject, numberOf, textOf } from './json.ts';
import { SEARCH_PAGES } from './records.ts';
import type { StreamName } from './types.ts';

/** What an answer says about the request it answers. */
export interface Identity {
  /** Below the base URL, such as `/playlists/<id>/tracks`; empty where the answer does not say. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** The page inside an answer that wraps it, such as `{"artists": {"href": …, "items": […]}}`. */
const WRAPPED: Partial<Record<StreamName, readonly string[]>> = {
  followed_artists: ['artists'],
  new_releases: ['albums'],
  search: SEARCH_PAGES,
};

/** Single objects that have no `href` still have an id. */
const SINGLE: Partial<Record<StreamName, string>> = {
  tracks: 'track',
  albums: 'album',
  artists: 'artist',
  playlists: 'playlist',
  shows: 'show',
  episodes: 'episode',
  audiobooks: 'audiobook',
};

/**
 * Path and query of the request, read from the answer's own `href`; `offset` and `limit` from the page where its `href` has none. The
 * old spelling `/users/<user>/playlists/<id>` becomes `/playlists/<id>`.
 */
export function identify(stream: StreamName, body: unknown): Identity {
  const page = pageOf(stream, body);
  const said = fromHref(textOf(page, 'href'));
  if (said === null) return { path: fromId(stream, page), query: offsets(page) };
  return { path: said.path, query: { ...offsets(page), ...said.query } };
}

function pageOf(stream: StreamName, body: unknown): unknown {
  const wrapped = WRAPPED[stream]?.map((name) => fieldOf(body, name)).find(isObject);
  return wrapped ?? body;
}

function offsets(page: unknown): Record<string, string> {
  const named = ['offset', 'limit'].map((name) => [name, numberOf(page, name)] as const).filter(([, value]) => value !== null);
  return Object.fromEntries(named.map(([name, value]) => [name, String(value)]));
}

function fromId(stream: StreamName, body: unknown): string {
  const kind = SINGLE[stream];
  const id = textOf(body, 'id');
  return kind === undefined || id === null || id === '' ? '' : `/${kind}s/${encodeURIComponent(id)}`;
}

/** Path below the version prefix, and query, of an address of the Web API; null where it is none. */
export function fromHref(href: string | null): Identity | null {
  if (href === null || !URL.canParse(href)) return null;
  const { pathname, searchParams } = new URL(href);
  const path = pathname.replace(/^\/v1(?=\/)/, '').replace(/^\/users\/[^/]+(?=\/playlists\/)/, '');
  return { path, query: Object.fromEntries(searchParams) };
}
