import { z } from 'zod';
import { PipelineError } from '../../kernel/errors.ts';
import { fieldOf, isArray, textOf } from '../json.ts';
import { SEARCH_PAGES } from '../records.ts';
import type { Answer, Page, SpotifyClient, Stream } from '../types.ts';
import type { WatchedSearch } from '../watch.ts';
import { toPage } from './page.ts';
import { walkWithin } from './page-limit.ts';
import { isDueAgain } from './watch-state.ts';

/** Nothing is shown beyond. https://developer.spotify.com/documentation/web-api/reference/search */
const MOST_FOUND = 1000;

const searchesState = z.object({
  /** ISO 8601 UTC, when pages of 50 were refused; null: they were not. */
  smallPagesSince: z.string().nullable(),
  /** By what is searched for: ISO 8601 UTC of the last whole reading, and how many pages that was. */
  searches: z.record(z.string(), z.object({ readAt: z.string(), pages: z.number() })),
});
type SearchesState = z.infer<typeof searchesState>;

/** Another number of pages is another search: what lies beyond the old ones is wanted now. */
const keyOf = ({ q, types, market, pages }: WatchedSearch): string => JSON.stringify([q, types, market, pages]);

/** Searches, again after so many hours each: as many pages as are wanted and there are, each search a walk of its own. */
export function watchedSearches(searches: readonly WatchedSearch[], everyHours: number): Stream<SearchesState> {
  const keys = new Set(searches.map(keyOf));
  const due = (state: SearchesState, now: Date): readonly WatchedSearch[] =>
    searches.filter((search) => isDueAgain(state.searches[keyOf(search)]?.readAt ?? null, everyHours, now));
  return {
    name: 'search',
    scopes: [],
    state: searchesState,
    initial: { smallPagesSince: null, searches: {} },
    notices: () => [],
    estimate: (state, _known, now) => {
      const asked = due(state, now);
      const requests = asked.reduce((sum, search) => sum + (state.searches[keyOf(search)]?.pages ?? 1), 0);
      const most = asked.reduce((sum, { pages }) => sum + pages, asked.length === 0 ? 0 : 1);
      return { requests, atMost: most, because: `${asked.length} of ${searches.length} watched searches are due` };
    },
    pages: async function* (before, api) {
      let state = { ...before, searches: Object.fromEntries(Object.entries(before.searches).filter(([key]) => keys.has(key))) };
      for (const search of due(state, api.now())) {
        const resume = state;
        const { walked, smallPagesSince } = yield* walkWithin(state.smallPagesSince, api.now(), (limit) =>
          walkSearch(search, limit, api, resume),
        );
        state = { smallPagesSince, searches: { ...state.searches, [keyOf(search)]: walked } };
      }
      return state;
    },
  };
}

async function* walkSearch<S>(
  { q, types, market, pages }: WatchedSearch,
  limit: number,
  api: SpotifyClient,
  resume: S,
): AsyncGenerator<{ page: Page; resume: S }, { readAt: string; pages: number }> {
  let startedAt = api.now();
  let seq = 0;
  for (let isMore = true; isMore && seq < pages && (seq + 1) * limit <= MOST_FOUND; seq += 1) {
    const query = { q, type: types.join(','), limit, offset: seq * limit, ...(market === null ? {} : { market }) };
    const answer = await api.get({ path: '/search', query });
    if (seq === 0) startedAt = answer.observedAt;
    yield { page: toPage('search', api, answer, { startedAt, seq }), resume };
    isMore = leadsOn(answer);
  }
  return { readAt: startedAt.toISOString(), pages: seq };
}

/** One page a type; some end before others. */
function leadsOn(answer: Answer): boolean {
  const body = answer.json();
  const pages = SEARCH_PAGES.map((name) => fieldOf(body, name)).filter((page) => page !== undefined);
  if (pages.length === 0) throw new PipelineError('GET /search answered without a page of anything', { code: 'bad_response' });
  return pages.some((page) => {
    const items = fieldOf(page, 'items');
    return isArray(items) && items.length > 0 && textOf(page, 'next') !== null;
  });
}
