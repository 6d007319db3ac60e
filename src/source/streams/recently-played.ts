import { z } from 'zod';
import { epochMs } from '../contracts/values.ts';
import { textOf } from '../json.ts';
import type { Stream } from '../types.ts';
import { type Sheet, sheetOf, toPage } from './page.ts';
import { PAGE_LIMIT } from './walk.ts';

const recentlyPlayedState = z.object({
  /** Milliseconds since 1970 of the newest `played_at` that was ever read; null before the first. */
  newestPlayedAt: z.number().nullable(),
});
type RecentlyPlayedState = z.infer<typeof recentlyPlayedState>;

/**
 * The newest plays. Spotify shows the last 50 (https://developer.spotify.com/documentation/web-api/reference/get-recently-played), and
 * plays may turn up late among them, so a pass asks for all 50 and never for those "after" the newest it knows. Older pages are followed
 * until 50 plays are read that reach back to what is known, or an empty page shows that there is no more.
 */
export const recentlyPlayed: Stream<RecentlyPlayedState> = {
  name: 'recently_played',
  scopes: ['user-read-recently-played'],
  state: recentlyPlayedState,
  initial: { newestPlayedAt: null },
  estimate: ({ newestPlayedAt }) => ({
    requests: newestPlayedAt === null ? 2 : 1,
    atMost: 2,
    because: 'the last 50 plays; a second request where they do not reach back to the last pass',
  }),
  notices: () => [],
  pages: async function* (state, api) {
    let newest = state.newestPlayedAt;
    let seen = 0;
    let startedAt: Date | null = null;
    let query: Readonly<Record<string, string | number>> | null = { limit: PAGE_LIMIT };
    for (let seq = 0; query !== null; seq += 1) {
      const before: number = Number(query.before ?? Number.POSITIVE_INFINITY);
      const answer = await api.get({ path: '/me/player/recently-played', query });
      startedAt ??= answer.observedAt;
      yield { page: toPage('recently_played', api, answer, { startedAt, seq }), resume: state };
      const sheet = sheetOf(answer);
      const times = playTimes(sheet);
      seen += sheet.items.length;
      newest = times.reduce<number | null>((max, time) => Math.max(max ?? time, time), newest);
      const isJoined = seen >= PAGE_LIMIT && times.some((time) => time <= (state.newestPlayedAt ?? Number.NEGATIVE_INFINITY));
      query = isJoined || sheet.items.length === 0 ? null : earlier(sheet, before);
    }
    return { newestPlayedAt: newest };
  },
};

const playTimes = (sheet: Sheet): readonly number[] =>
  sheet.items.map((item) => epochMs(textOf(item, 'played_at') ?? '')).filter((time) => !Number.isNaN(time));

/** The query of the page before; null where the cursor does not move on, since that page would be the same again. */
function earlier({ next }: Sheet, before: number): Readonly<Record<string, string>> | null {
  return next !== null && Number(next.before) < before ? next : null;
}
