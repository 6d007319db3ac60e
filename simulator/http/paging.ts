import type { Call, Json } from './call.ts';
import { refusal } from './refusal.ts';

export interface Limits {
  readonly most: number;
  readonly usual: number;
}

/** Most pages of the Web API: 1 to 50, 20 when nothing is said. */
export const FIFTY: Limits = { most: 50, usual: 20 };

/** A whole number from the query; refuses (400) anything else. */
export function numberFrom(url: URL, name: string, usual: number, least: number, most: number): number {
  const text = url.searchParams.get(name);
  if (text === null) return usual;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw refusal(400, `Invalid ${name}`);
  return value;
}

export const limitFrom = (url: URL, { most, usual }: Limits): number => numberFrom(url, 'limit', usual, 1, most);

/** The request's own address with some of its query replaced. */
export function addressOf(call: Call, replaced: Readonly<Record<string, string | number>>): string {
  const query = new URLSearchParams(call.url.search);
  for (const [name, value] of Object.entries(replaced)) query.set(name, String(value));
  return `${call.url.origin}${call.url.pathname}?${query.toString()}`;
}

interface Slice {
  readonly path: string;
  readonly limit: number;
  readonly offset: number;
}

/** The paging object around `all`, as it stands below another object or as a whole answer. */
export function pageOf<T>(call: Call, slice: Slice, all: readonly T[], render: (item: T, index: number) => unknown): Json {
  const { path, limit, offset } = slice;
  const own = call.url.pathname === `/v1${path}`;
  const at = (from: number): string =>
    own ? addressOf(call, { offset: from, limit }) : `${call.base}${path}?offset=${from}&limit=${limit}`;
  return {
    href: at(offset),
    limit,
    next: offset + limit < all.length ? at(offset + limit) : null,
    offset,
    previous: offset > 0 ? at(Math.max(0, offset - limit)) : null,
    total: all.length,
    items: all.slice(offset, offset + limit).map((item, index) => render(item, offset + index)),
  };
}

/** The paging object that answers this very request, with its `limit` and `offset`. */
export function requestedPage<T>(call: Call, all: readonly T[], render: (item: T, index: number) => unknown, limits: Limits = FIFTY): Json {
  const limit = limitFrom(call.url, limits);
  const offset = numberFrom(call.url, 'offset', 0, 0, 100_000);
  return pageOf(call, { path: call.url.pathname.slice('/v1'.length), limit, offset }, all, render);
}
