import { createVirtualClock, type VirtualClock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { createSpotifyClient } from './client.ts';
import type { TokenProvider } from './tokens.ts';
import type { Capabilities, Page, SpotifyClient, Stream } from './types.ts';

/** A Spotify of a few lines for tests: what is asked is written down, what is answered is up to the script. */

export const NOON = new Date('2026-03-01T12:00:00.000Z');

export const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export const json = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

export interface Asked {
  /** Below the base URL, with its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: string | null;
}

export type Script = (asked: Asked) => Response | Promise<Response>;

export interface Scripted {
  readonly api: SpotifyClient;
  readonly clock: VirtualClock;
  /** Path and query of each request, in order. */
  readonly asked: readonly string[];
}

/** `fetch` that answers from a script; `seen` is told each request first. */
export function scriptedFetch(script: Script, seen: (asked: Asked) => void = () => undefined): typeof fetch {
  return async (input, init) => {
    const url = new URL(String(input));
    const asked: Asked = {
      path: url.pathname.replace(/^\/v1/, ''),
      query: url.searchParams,
      headers: new Headers(init?.headers),
      body: typeof init?.body === 'string' ? init.body : null,
    };
    seen(asked);
    return script(asked);
  };
}

export const fixedTokens = (token = 'token-1'): TokenProvider => ({ accessToken: async () => token, invalidate: () => undefined });

/** The real client over a script; with `account` null its token stands for no user. Answers without a Date header are observed at the virtual clock's time, which each request moves by 1 s. */
export function scriptedSpotify(script: Script, account: string | null = 'me'): Scripted {
  const clock = createVirtualClock(NOON);
  const asked: string[] = [];
  const api = createSpotifyClient({
    apiUrl: 'http://spotify.test/v1',
    tokens: fixedTokens(),
    fetch: scriptedFetch(script, ({ path, query }) => {
      asked.push(query.size === 0 ? path : `${path}?${decodeURIComponent(query.toString())}`);
      clock.advance(1000);
    }),
    clock,
    account,
    retry: { attempts: 4, baseMs: 500, maxWaitMs: 60_000 },
    log: silent,
    random: () => 0,
  });
  return { api, clock, asked };
}

/** A list of the Web API under offset paging, at most 50 a page. */
export function offsetPage(all: readonly unknown[], { path, query }: Asked): Response {
  const limit = Math.min(50, Number(query.get('limit') ?? 20));
  const offset = Number(query.get('offset') ?? 0);
  const address = (at: number): string => `http://spotify.test/v1${path}?offset=${at}&limit=${limit}`;
  return json({
    href: address(offset),
    items: all.slice(offset, offset + limit),
    limit,
    offset,
    total: all.length,
    next: offset + limit < all.length ? address(offset + limit) : null,
    previous: offset > 0 ? address(Math.max(0, offset - limit)) : null,
  });
}

export interface Pass<S> {
  readonly pages: readonly Page[];
  readonly resumes: readonly S[];
  readonly state: S;
}

const NOTHING_KNOWN: Capabilities = { unavailableSince: {}, playlistItemsPath: null };

/** One whole pass of a stream. */
export async function pass<S>(
  stream: Stream<S>,
  api: SpotifyClient,
  state: S = stream.initial,
  known: Capabilities = NOTHING_KNOWN,
): Promise<Pass<S>> {
  const pages: Page[] = [];
  const resumes: S[] = [];
  const answers = stream.pages(state, api, known);
  for (let next = await answers.next(); ; next = await answers.next()) {
    if (next.done === true) return { pages, resumes, state: next.value };
    pages.push(next.value.page);
    resumes.push(next.value.resume);
  }
}
