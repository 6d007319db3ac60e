import { PipelineError } from '../../kernel/errors.ts';
import type { Page, SpotifyClient, StreamName } from '../types.ts';
import { firstAddedAt, type Sheet, sheetOf, toPage, type WalkPlace } from './page.ts';

/** Most elements that Spotify gives in one page of a user's lists. https://developer.spotify.com/documentation/web-api/reference/get-users-saved-tracks */
export const PAGE_LIMIT = 50;

/** A list is walked from end to end this often, whatever its version says: versions are hints. */
export const FULL_WALK_MS = 7 * 24 * 60 * 60 * 1000;

/** The list that is walked, by offset. */
export interface List {
  readonly stream: StreamName;
  readonly path: string;
  /** Overrides `limit` (50) and `offset` (0) too. */
  readonly query?: Readonly<Record<string, string | number>>;
  /** The field of the answer that wraps the page. */
  readonly within?: string;
}

export interface WalkOptions {
  /** The place of the walk's first page, where it has pages before it. */
  readonly from?: WalkPlace;
  /**
   * Asks the first page again, with one element, after a walk of several pages that reached its end and for which this is true: what changed
   * meanwhile shows in its total and its first element.
   */
  readonly lookAgain?: (read: Read) => boolean;
  /** Looks at what is read after each page; true ends the walk there. */
  readonly isEnough?: (read: Read) => boolean;
  /** What `items` hold of each element, so that a long list needs no more memory than that; the whole element where absent. */
  readonly keep?: (item: unknown) => unknown;
}

/** What a walk has read so far. */
export interface Read {
  readonly startedAt: Date;
  readonly items: readonly unknown[];
  /** Of the first page; null where it has none, or where the pages differ. */
  readonly total: number | null;
}

export interface Walked {
  readonly startedAt: Date;
  /** The next free number of the walk. */
  readonly seq: number;
  readonly items: readonly unknown[];
  readonly total: number | null;
  readonly newestAddedAt: string | null;
  /** The pages reach the end, agree on the total and hold as many elements, and the list did not change meanwhile as far as it shows. */
  readonly isWhole: boolean;
}

/**
 * Reads a list page by page and yields each answer before it looks into it; `resume` goes with all of them, since an interrupted walk
 * starts anew. Stops at the first empty page.
 *
 * Throws what the client throws, and `bad_response` for an answer without a list or a next page that leads back.
 */
export async function* walkList<S>(
  api: SpotifyClient,
  list: List,
  resume: S,
  options: WalkOptions = {},
): AsyncGenerator<{ page: Page; resume: S }, Walked> {
  const items: unknown[] = [];
  const totals = new Set<number | null>();
  let query: Readonly<Record<string, string | number>> | null = { limit: PAGE_LIMIT, offset: 0, ...list.query };
  let place = options.from ?? null;
  let first: Sheet | null = null;
  let isCut = false;
  let seq = place?.seq ?? 0;
  const firstSeq = seq;
  while (query !== null) {
    const answer = await api.get({ path: list.path, query });
    place = { startedAt: place?.startedAt ?? answer.observedAt, seq };
    seq += 1;
    yield { page: toPage(list.stream, api, answer, place), resume };
    const sheet = sheetOf(answer, list.within);
    items.push(...(options.keep === undefined ? sheet.items : sheet.items.map(options.keep)));
    totals.add(sheet.total);
    first ??= sheet;
    isCut = options.isEnough?.(readSoFar(place.startedAt, items, totals)) === true;
    if (isCut) break;
    query = sheet.items.length === 0 ? null : onward(list.path, query, sheet.next);
  }
  if (first === null || place === null) throw new PipelineError(`the walk over ${list.path} read nothing`, { code: 'internal' });
  let isSame = true;
  if (!isCut && seq - firstSeq > 1 && options.lookAgain?.(readSoFar(place.startedAt, items, totals)) === true) {
    const again = await api.get({ path: list.path, query: { ...list.query, limit: 1, offset: 0 } });
    yield { page: toPage(list.stream, api, again, { startedAt: place.startedAt, seq }), resume };
    seq += 1;
    const sheet = sheetOf(again, list.within);
    isSame = sheet.total === first.total && firstAddedAt(sheet) === firstAddedAt(first);
  }
  return {
    startedAt: place.startedAt,
    seq,
    items,
    total: first.total,
    newestAddedAt: firstAddedAt(first),
    isWhole: isSame && totals.size === 1 && items.length === first.total,
  };
}

const readSoFar = (startedAt: Date, items: readonly unknown[], totals: ReadonlySet<number | null>): Read => ({
  startedAt,
  items,
  total: totals.size === 1 ? ([...totals][0] ?? null) : null,
});

/** The next query; an offset that does not grow would be asked for ever. */
function onward(
  path: string,
  query: Readonly<Record<string, string | number>>,
  next: Readonly<Record<string, string>> | null,
): Readonly<Record<string, string>> | null {
  if (next === null) return null;
  if (Number(next.offset) > Number(query.offset)) return next;
  throw new PipelineError(`GET ${path}: the page at offset ${query.offset} names ${next.offset ?? 'none'} as the offset of the next`, {
    code: 'bad_response',
  });
}

/** Requests of a walk over a list of this many elements, without a second look. */
export const pagesOf = (total: number, limit: number = PAGE_LIMIT): number => Math.max(1, Math.ceil(total / limit));

/** Requests of a walk that looks again: at the end of several pages. */
export const walkCost = (total: number): number => pagesOf(total) + (total > PAGE_LIMIT ? 1 : 0);

export const isOlderThan = (time: string | null, ms: number, now: Date): boolean => time === null || now.getTime() - Date.parse(time) >= ms;
