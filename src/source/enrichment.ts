import { z } from 'zod';
import { guardedStream } from './streams/any-stream.ts';
import { enrichedTracks, tracksLeft } from './streams/enriched-tracks.ts';
import { watchedState } from './streams/watch-state.ts';
import type { AnyStream } from './types.ts';

const stateOfGuarded = z.object({ inner: watchedState });

/**
 * Reads tracks that no answer has described; any account's token reads them.
 *
 * @param tracks Spotify ids, most wanted first
 * @param requests most that a pass may spend
 */
export const createEnrichment = (tracks: readonly string[], requests: number): AnyStream => guardedStream(enrichedTracks(tracks, requests));

/** How many of the tracks are still to be asked for, and about how many requests that takes, by the state that the stream keeps. */
export function enrichmentLeft(
  tracks: readonly string[],
  state: unknown,
  now: Date,
): { readonly left: number; readonly requestsLeft: number } {
  const parsed = stateOfGuarded.safeParse(state);
  return tracksLeft(tracks, parsed.success ? parsed.data.inner : null, now);
}
