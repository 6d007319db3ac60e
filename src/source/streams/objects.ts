import { PipelineError } from '../../kernel/errors.ts';
import { fieldOf, isArray } from '../json.ts';
import type { Answer, Capabilities, Page, SpotifyClient } from '../types.ts';
import { isDeafTo429 } from './availability.ts';
import { toPage } from './page.ts';
import { isOlderThan } from './walk.ts';
import { TRY_AGAIN_MS, type WatchedState, withSeen } from './watch-state.ts';

type Pages<T> = AsyncGenerator<{ page: Page; resume: WatchedState }, T>;

/** Objects that Spotify gives one by one and, to some apps, many at once. */
export interface Family {
  readonly stream: 'tracks' | 'albums' | 'artists';
  /** Most ids in one request. https://developer.spotify.com/documentation/web-api/reference/get-several-albums */
  readonly most: number;
  /** What else to keep about an object that was read. */
  readonly keep?: (state: WatchedState, id: string, object: unknown) => WatchedState;
}

/** Asking for several is worth trying: neither the state nor what is known of the app says that it was refused lately. */
export function mayBatch({ stream }: Family, { batchUnavailableSince: since }: WatchedState, known: Capabilities, now: Date): boolean {
  const name = `/${stream}?ids`;
  if (known.unavailableSince[name] !== undefined) return false;
  return since === null || isOlderThan(since, TRY_AGAIN_MS, now) || (known.answeredAt?.[name] ?? '') > since;
}

/** Requests for so many objects. A single one needs no batch. */
export const objectsCost = (family: Family, count: number, isBatch: boolean): number => (isBatch ? Math.ceil(count / family.most) : count);

/**
 * The objects of these ids, many at once where this app may, else one a request. A batch that is refused (403, 404, or a 429 that no
 * patience helps though none ever answered) is remembered as gone once single requests answer. `resume` counts each object as read when
 * its page is landed; one that does not exist is marked as missing and is no error. Ends after so many requests, with the rest unread.
 */
export async function* readObjects(
  family: Family,
  ids: readonly string[],
  before: WatchedState,
  api: SpotifyClient,
  known: Capabilities,
  requests = Number.POSITIVE_INFINITY,
): Pages<WatchedState> {
  let state = before;
  let left = ids;
  let isBatch = mayBatch(family, state, known, api.now());
  for (let asked = 0; left.length > 0 && asked < requests; asked += 1) {
    const chunk = left.slice(0, isBatch ? family.most : 1);
    const answer = chunk.length > 1 ? await several(family, chunk, state, api) : await single(family, chunk, api);
    if (answer === 'gone') {
      isBatch = false;
      state = { ...state, batchUnavailableSince: api.now().toISOString() };
      continue;
    }
    left = left.slice(chunk.length);
    if (answer === 'missing') {
      state = chunk.reduce((kept, id) => withMissing(kept, id, api.now()), state);
      continue;
    }
    const read = readable(family, chunk, answer);
    if (chunk.length > 1) state = { ...state, hasBatched: true, batchUnavailableSince: null };
    if (!(read instanceof PipelineError)) state = kept(family, chunk, read, state, answer.observedAt);
    yield { page: toPage(family.stream, api, answer, null), resume: state };
    if (read instanceof PipelineError) throw read;
  }
  return state;
}

async function several(family: Family, ids: readonly string[], state: WatchedState, api: SpotifyClient): Promise<Answer | 'gone'> {
  try {
    return await api.get({ path: `/${family.stream}`, query: { ids: ids.join(',') } });
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    if (error.code === 'forbidden' || error.code === 'missing') return 'gone';
    if (!state.hasBatched && isDeafTo429(error, api.now())) return 'gone';
    throw error;
  }
}

async function single(family: Family, [id = '']: readonly string[], api: SpotifyClient): Promise<Answer | 'missing'> {
  try {
    return await api.get({ path: `/${family.stream}/${encodeURIComponent(id)}` });
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'missing') return 'missing';
    throw error;
  }
}

/** One object per id, null for what Spotify does not know; the error where the answer holds no objects, which is landed all the same. */
function readable(family: Family, ids: readonly string[], answer: Answer): readonly unknown[] | PipelineError {
  try {
    const body = answer.json();
    if (ids.length === 1) return [body];
    const objects = fieldOf(body, family.stream);
    if (isArray(objects) && objects.length === ids.length) return objects;
    return new PipelineError(
      `GET /${family.stream} was asked for ${ids.length} objects and gave ${isArray(objects) ? objects.length : 'no list'}`,
      {
        code: 'bad_response',
      },
    );
  } catch (error) {
    if (error instanceof PipelineError) return error;
    throw error;
  }
}

/** By place, as an answer may carry another id than was asked for (relinking, https://developer.spotify.com/documentation/web-api/concepts/track-relinking). */
function kept(family: Family, ids: readonly string[], objects: readonly unknown[], before: WatchedState, at: Date): WatchedState {
  let state = before;
  for (const [place, id] of ids.entries()) {
    const object = objects[place] ?? null;
    if (object === null) state = withMissing(state, id, at);
    else {
      state = withSeen(state, id, { readAt: at.toISOString(), missingSince: null });
      state = family.keep?.(state, id, object) ?? state;
    }
  }
  return state;
}

const withMissing = (state: WatchedState, id: string, at: Date): WatchedState => withSeen(state, id, { missingSince: at.toISOString() });
