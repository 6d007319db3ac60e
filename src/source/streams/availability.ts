import { z } from 'zod';
import { asPipelineError, PipelineError } from '../../kernel/errors.ts';
import { foundOf } from '../families.ts';
import type { Capabilities, Page, SpotifyClient, Stream, StreamName } from '../types.ts';
import { toPage } from './page.ts';
import { isOlderThan } from './walk.ts';

/** What this app may not call is asked for again this often: apps are moved between the two surfaces of the Web API. */
export const ASK_AGAIN_MS = 7 * 24 * 60 * 60 * 1000;

/** A Retry-After up to this was sat out, again and again, before the client gave up; a longer one is a pause that Spotify means. */
const SAT_OUT_MS = 60_000;

export interface Guarded<S> {
  readonly unavailable: {
    /** ISO 8601 UTC, when it was first and last found closed. */
    readonly since: string;
    readonly askedAt: string;
    readonly why: string;
  } | null;
  /** It answered once, at least: from then on a 429 is a rate limit and nothing else. */
  readonly hasAnswered: boolean;
  readonly inner: S;
}

/**
 * A stream that may be closed to this app while others answer. A 403, 404 or, where it never answered, a 429 that no patience helps, to the
 * first request of a pass, is held against `GET /me`: where that answers, the stream is `unavailable`, which its state keeps and
 * `notices` tells once; it is asked again after seven days. Everything else is thrown as it is.
 */
export function guarded<S>(stream: Stream<S>): Stream<Guarded<S>> {
  const { name, scopes, initial } = stream;
  return {
    name,
    scopes,
    state: z.object({
      unavailable: z.object({ since: z.string(), askedAt: z.string(), why: z.string() }).nullable(),
      hasAnswered: z.boolean(),
      inner: stream.state,
    }),
    initial: { unavailable: null, hasAnswered: false, inner: initial },
    estimate: (state, known, now) => {
      const closed = closedSince(name, state, known, now);
      if (closed !== null) return { requests: 0, atMost: 0, because: `unavailable since ${closed}` };
      const { requests, atMost, because } = stream.estimate(state.inner, known, now);
      if (atMost === null || atMost === 0 || name === 'profile') return { requests, atMost, because };
      // Where it turns out to be closed, one request and the profile tell.
      return { requests, atMost: Math.max(atMost, 2), because };
    },
    notices: (before, after) => [
      ...(before.unavailable === null && after.unavailable !== null ? [closedNotice(name, after.unavailable.why)] : []),
      ...stream.notices(before.inner, after.inner),
    ],
    pages: (state, api, known) => guardedPages(stream, state, api, known),
  };
}

/** Null: it is to be asked. A probe that found it open after the stream found it closed is the newer word. */
function closedSince(name: StreamName, { unavailable }: Guarded<unknown>, known: Capabilities, now: Date): string | null {
  const found = foundOf(name, known);
  if (found.closedSince !== null) return unavailable?.since ?? found.closedSince;
  if (unavailable === null || isOlderThan(unavailable.askedAt, ASK_AGAIN_MS, now)) return null;
  return found.answeredAt !== null && found.answeredAt > unavailable.askedAt ? null : unavailable.since;
}

/** What a probe found is told by the next pass, once, like what the stream finds itself. */
function asClosed<S>(state: Guarded<S>, since: string, now: Date): Guarded<S> {
  const why = 'Spotify refused it when `tonearm doctor --probe` asked';
  return state.unavailable !== null ? state : { ...state, unavailable: { since, askedAt: now.toISOString(), why } };
}

async function* guardedPages<S>(
  stream: Stream<S>,
  before: Guarded<S>,
  api: SpotifyClient,
  known: Capabilities,
): AsyncGenerator<{ page: Page; resume: Guarded<S> }, Guarded<S>> {
  const closed = closedSince(stream.name, before, known, api.now());
  if (closed !== null) return asClosed(before, closed, api.now());
  const pages = stream.pages(before.inner, api, known);
  let state = before;
  let isOpen = false;
  for (;;) {
    try {
      const next = await pages.next();
      if (next.done === true) return { ...state, inner: next.value };
      // The profile is asked for on the way by streams that need to know whose account it is.
      isOpen ||= next.value.page.stream !== 'profile';
      state = isOpen ? { unavailable: null, hasAnswered: true, inner: next.value.resume } : { ...state, inner: next.value.resume };
      yield { page: next.value.page, resume: state };
    } catch (error) {
      if (isOpen || stream.name === 'profile' || !isRefusal(error, state.hasAnswered, api.now())) throw error;
      const profile = await othersAnswer(api, error);
      const now = api.now().toISOString();
      const why = asPipelineError(error).message;
      state = { ...state, unavailable: { since: state.unavailable?.since ?? now, askedAt: now, why } };
      yield { page: profile, resume: state };
      return state;
    }
  }
}

/** A login without the permission, and an app whose owner has no Premium, are told as that: a person can put it right. */
function isRefusal(error: unknown, hasAnswered: boolean, now: Date): boolean {
  if (!(error instanceof PipelineError)) return false;
  if (error.code === 'forbidden') return !/scope|premium/i.test(error.message);
  return error.code === 'missing' || (!hasAnswered && isDeafTo429(error, now));
}

/** A 429 that came again after every wait that it asked for, or without asking for any. */
export const isDeafTo429 = (error: PipelineError, now: Date): boolean =>
  error.code === 'rate_limited' && (error.retryAt === null || error.retryAt.getTime() - now.getTime() <= SAT_OUT_MS);

/** The profile, which every app may read; where it does not answer either, the refusal was meant for the app or account as a whole. */
async function othersAnswer(api: SpotifyClient, refusal: unknown): Promise<Page> {
  try {
    return toPage('profile', api, await api.get({ path: '/me' }), null);
  } catch (error) {
    throw asPipelineError(error).code === 'cancelled' ? error : refusal;
  }
}

const closedNotice = (name: string, why: string): PipelineError =>
  new PipelineError(`${name} is unavailable: ${why}`, {
    code: 'unavailable',
    hint: 'Spotify keeps it from apps of this kind (development mode knows fewer endpoints); it is asked again after seven days, the rest goes on.',
  });
