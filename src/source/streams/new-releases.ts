import { z } from 'zod';
import type { Stream } from '../types.ts';
import { PAGE_LIMIT, pagesOf, walkList } from './walk.ts';
import { isDueAgain } from './watch-state.ts';

const newReleasesState = z.object({
  /** ISO 8601 UTC of the last whole reading; null: none. */
  readAt: z.string().nullable(),
  total: z.number().nullable(),
});
type NewReleasesState = z.infer<typeof newReleasesState>;

/** The albums that Spotify shows as new, again after so many hours. Apps in development mode may not read them. */
export const newReleases = (everyHours: number): Stream<NewReleasesState> => {
  const isDue = ({ readAt }: NewReleasesState, now: Date): boolean => isDueAgain(readAt, everyHours, now);
  return {
    name: 'new_releases',
    scopes: [],
    state: newReleasesState,
    initial: { readAt: null, total: null },
    notices: () => [],
    estimate: (state, _known, now) => {
      const because = 'new releases, 50 a request';
      if (!isDue(state, now)) return { requests: 0, atMost: 0, because };
      if (state.total === null) return { requests: 1, atMost: null, because };
      return { requests: pagesOf(state.total), atMost: pagesOf(state.total + PAGE_LIMIT), because };
    },
    pages: async function* (state, api) {
      if (!isDue(state, api.now())) return state;
      const walked = yield* walkList(api, { stream: 'new_releases', path: '/browse/new-releases', within: 'albums' }, state);
      return { readAt: walked.startedAt.toISOString(), total: walked.total };
    },
  };
};
