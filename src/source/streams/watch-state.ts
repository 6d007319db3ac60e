import { z } from 'zod';
import { PipelineError } from '../../kernel/errors.ts';
import { isOlderThan } from './walk.ts';

/** What this app was found not to have (batches, large pages, an item) is tried again after this long. */
export const TRY_AGAIN_MS = 30 * 24 * 60 * 60 * 1000;

const HOUR_MS = 60 * 60 * 1000;
/** A run that comes every so many hours comes a little early at times; what it read last time, seconds after its start, is due all the same. */
const SLACK = { share: 0.1, mostMs: HOUR_MS / 2 };

const objectSeen = z.object({
  /** ISO 8601 UTC of the last answer about it; null: none yet. */
  readAt: z.string().nullable(),
  /** ISO 8601 UTC, when Spotify said that it does not exist. */
  missingSince: z.string().nullable(),
  /** How long the list below it is (an artist's albums, an album's tracks); null until known. */
  total: z.number().nullable(),
  /** ISO 8601 UTC, when that list was last read to its end. */
  walkedAt: z.string().nullable(),
  /** Where the rest of that list starts that is still to be read; null: nowhere. */
  restFrom: z.number().nullable(),
});
export type ObjectSeen = z.infer<typeof objectSeen>;

export const NEVER_READ: ObjectSeen = { readAt: null, missingSince: null, total: null, walkedAt: null, restFrom: null };

/** Where a watch list of tracks, albums or artists stands. */
export const watchedState = z.object({
  /** ISO 8601 UTC, when asking for several at once was refused; null: it was not. */
  batchUnavailableSince: z.string().nullable(),
  /** A batch answered once, at least. */
  hasBatched: z.boolean(),
  /** ISO 8601 UTC, when pages of 50 were refused; null: they were not. */
  smallPagesSince: z.string().nullable(),
  /** ISO 8601 UTC, when the lists below these objects were refused (403); null: they were not. */
  listsUnavailableSince: z.string().nullable(),
  /** By Spotify id. */
  seen: z.record(z.string(), objectSeen),
});
export type WatchedState = z.infer<typeof watchedState>;

export const NOTHING_WATCHED: WatchedState = {
  batchUnavailableSince: null,
  hasBatched: false,
  smallPagesSince: null,
  listsUnavailableSince: null,
  seen: {},
};

export const seenOf = (state: WatchedState, id: string): ObjectSeen => state.seen[id] ?? NEVER_READ;

export const withSeen = (state: WatchedState, id: string, change: Partial<ObjectSeen>): WatchedState => ({
  ...state,
  seen: { ...state.seen, [id]: { ...seenOf(state, id), ...change } },
});

/** Only what is on the list is remembered. */
export const onlyWatched = (state: WatchedState, ids: readonly string[]): WatchedState => ({
  ...state,
  seen: Object.fromEntries(Object.entries(state.seen).filter(([id]) => ids.includes(id))),
});

/** @param readAt ISO 8601 UTC; null: never */
export function isDueAgain(readAt: string | null, everyHours: number, now: Date): boolean {
  const ms = everyHours * HOUR_MS;
  return isOlderThan(readAt, ms - Math.min(ms * SLACK.share, SLACK.mostMs), now);
}

/** Which of the ids are to be asked for now; what does not exist, once in thirty days. */
export function dueObjects(state: WatchedState, ids: readonly string[], everyHours: number, now: Date): readonly string[] {
  return ids.filter((id) => {
    const { readAt, missingSince } = seenOf(state, id);
    return missingSince === null ? isDueAgain(readAt, everyHours, now) : isOlderThan(missingSince, TRY_AGAIN_MS, now);
  });
}

/** What to tell about things that Spotify does not know, or does not give, since this pass. */
export function watchedNotices(kind: string, before: WatchedState, after: WatchedState): readonly PipelineError[] {
  const isClosed = before.listsUnavailableSince === null && after.listsUnavailableSince !== null;
  return isClosed ? [closedLists(kind), ...missing(kind, before, after)] : missing(kind, before, after);
}

const closedLists = (kind: string): PipelineError =>
  new PipelineError(`Spotify refuses what belongs to each ${kind}, though not the ${kind} itself`, {
    code: 'forbidden',
    hint: `The ${kind}s go on to be read; the rest is asked for again after seven days.`,
  });

function missing(kind: string, before: WatchedState, after: WatchedState): readonly PipelineError[] {
  return Object.entries(after.seen)
    .filter(([id, { missingSince }]) => missingSince !== null && seenOf(before, id).missingSince === null)
    .map(
      ([id]) =>
        new PipelineError(`${kind} ${id} does not exist at Spotify`, {
          code: 'missing',
          hint: `Check the link of the ${kind}, or take it off the watch list; it is asked for again after thirty days.`,
        }),
    );
}
