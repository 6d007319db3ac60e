import { z } from 'zod';
import { PipelineError } from '../../kernel/errors.ts';
import { fieldOf, textOf } from '../json.ts';
import type { Answer, Stream } from '../types.ts';
import { type Sheet, sheetOf, toPage } from './page.ts';
import { FULL_WALK_MS, isOlderThan, PAGE_LIMIT, pagesOf } from './walk.ts';

const PATH = '/me/following';

const followedState = z.object({
  /** Artist ids on the first page of the last whole walk, in order. */
  firstIds: z.array(z.string()),
  total: z.number().nullable(),
  /** ISO 8601 UTC, when the last walk that saw all of them began; null: none did. */
  lastFullWalkAt: z.string().nullable(),
});
type FollowedState = z.infer<typeof followedState>;

const UNKNOWN: FollowedState = { firstIds: [], total: null, lastFullWalkAt: null };

/**
 * The artists that the account follows, by cursor. A pass ends after the first page where total and ids there are those of the last whole
 * walk, and that walk is less than seven days old. Where the pages do not add up to one total, the next pass walks again.
 *
 * Throws `bad_response` for a cursor that was there before.
 */
export const followedArtists: Stream<FollowedState> = {
  name: 'followed_artists',
  scopes: ['user-follow-read'],
  state: followedState,
  initial: UNKNOWN,
  notices: () => [],
  estimate: ({ total, lastFullWalkAt }, _known, now) => {
    if (total === null) {
      return { requests: 1, atMost: null, because: 'how many artists are followed is not known yet: one request for each 50' };
    }
    const isDue = isOlderThan(lastFullWalkAt, FULL_WALK_MS, now);
    const because = `${total} followed artists, 50 a request; ${isDue ? 'a full walk is due' : '1 where nothing changed'}`;
    return { requests: isDue ? pagesOf(total) : 1, atMost: pagesOf(total + PAGE_LIMIT), because };
  },
  pages: async function* (state, api) {
    const cursors = new Set<string>();
    const totals = new Set<number | null>();
    let startedAt: Date | null = null;
    let first: Sheet | null = null;
    let count = 0;
    let after: string | null = null;
    for (let seq = 0; first === null || after !== null; seq += 1) {
      const answer: Answer = await api.get({
        path: PATH,
        query: { type: 'artist', limit: PAGE_LIMIT, ...(after === null ? {} : { after }) },
      });
      startedAt ??= answer.observedAt;
      yield { page: toPage('followed_artists', api, answer, { startedAt, seq }), resume: state };
      const sheet = sheetOf(answer, 'artists');
      first ??= sheet;
      if (first === sheet && isUnchanged(state, sheet, answer.observedAt)) return state;
      totals.add(sheet.total);
      count += sheet.items.length;
      after = sheet.items.length === 0 ? null : cursorOf(answer, sheet);
      if (after !== null && cursors.has(after)) {
        throw new PipelineError(`GET ${PATH}: the cursor ${after} leads back to where it was`, { code: 'bad_response' });
      }
      if (after !== null) cursors.add(after);
    }
    if (startedAt === null || totals.size !== 1 || count !== first.total) return UNKNOWN;
    return { firstIds: idsOn(first), total: first.total, lastFullWalkAt: startedAt.toISOString() };
  },
};

function isUnchanged(state: FollowedState, first: Sheet, observedAt: Date): boolean {
  return (
    first.total === state.total &&
    !isOlderThan(state.lastFullWalkAt, FULL_WALK_MS, observedAt) &&
    JSON.stringify(idsOn(first)) === JSON.stringify(state.firstIds)
  );
}

const idsOn = (sheet: Sheet): string[] => sheet.items.map((item) => textOf(item, 'id') ?? '');

/** Where the next page starts; null on the last one, whose `next` is null whatever its cursors say. */
const cursorOf = (answer: Answer, sheet: Sheet): string | null =>
  sheet.next === null ? null : (textOf(fieldOf(fieldOf(answer.json(), 'artists'), 'cursors'), 'after') ?? sheet.next.after ?? null);
