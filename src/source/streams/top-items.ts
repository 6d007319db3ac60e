import { z } from 'zod';
import type { Stream } from '../types.ts';
import { utcDay } from './profile.ts';
import { pagesOf, walkList } from './walk.ts';

/** About 4 weeks, 6 months and a year. https://developer.spotify.com/documentation/web-api/reference/get-users-top-artists-and-tracks */
const TIME_RANGES = ['short_term', 'medium_term', 'long_term'] as const;

const topItemsState = z.object({
  /** By time range: the UTC date of its last whole reading, and how many items it said there were. */
  ranges: z.record(z.string(), z.object({ readOn: z.string(), total: z.number().nullable() })),
});
type TopItemsState = z.infer<typeof topItemsState>;

/** Ranks of three time ranges, each a walk of its own to the end or the first empty page, at most once per UTC day. */
function topItems(kind: 'tracks' | 'artists'): Stream<TopItemsState> {
  const name = `top_${kind}` as const;
  return {
    name,
    scopes: ['user-top-read'],
    state: topItemsState,
    initial: { ranges: {} },
    notices: () => [],
    estimate: (state, _known, now) => {
      const due = TIME_RANGES.filter((range) => state.ranges[range]?.readOn !== utcDay(now)).map(
        (range) => state.ranges[range]?.total ?? null,
      );
      const requests = due.reduce<number>((sum, total) => sum + pagesOf(total ?? 0), 0);
      // One page more where the last one names a next page that is empty.
      const atMost = due.includes(null) ? null : requests + due.length;
      return { requests, atMost, because: `${due.length} of ${TIME_RANGES.length} time ranges, each once a day` };
    },
    pages: async function* (before, api) {
      let state = before;
      for (const range of TIME_RANGES) {
        if (state.ranges[range]?.readOn === utcDay(api.now())) continue;
        const walked = yield* walkList(api, { stream: name, path: `/me/top/${kind}`, query: { time_range: range } }, state);
        state = { ranges: { ...state.ranges, [range]: { readOn: utcDay(walked.startedAt), total: walked.total } } };
      }
      return state;
    },
  };
}

export const topTracks = topItems('tracks');
export const topArtists = topItems('artists');
