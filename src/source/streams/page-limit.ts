import { PipelineError } from '../../kernel/errors.ts';
import type { Page } from '../types.ts';
import { isOlderThan, PAGE_LIMIT } from './walk.ts';
import { TRY_AGAIN_MS } from './watch-state.ts';

/**
 * Artists' albums and searches give 50 a page with extended quota and at most 10 in development mode, where more is a 400 "Invalid limit".
 * https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide, and the OpenAPI document for the albums
 */
export const SMALL_PAGE_LIMIT = 10;

/** @param smallPagesSince when pages of 50 were refused, ISO 8601 UTC; null: they were not */
export const pageLimit = (smallPagesSince: string | null, now: Date): number =>
  smallPagesSince === null || isOlderThan(smallPagesSince, TRY_AGAIN_MS, now) ? PAGE_LIMIT : SMALL_PAGE_LIMIT;

/**
 * Walks with pages of 50, and where the very first request is refused for that, with pages of 10. Returns what the walk did, and since when
 * small pages are known to be the rule.
 */
export async function* walkWithin<S, T>(
  smallPagesSince: string | null,
  now: Date,
  walk: (limit: number) => AsyncGenerator<{ page: Page; resume: S }, T>,
): AsyncGenerator<{ page: Page; resume: S }, { walked: T; smallPagesSince: string | null }> {
  const limit = pageLimit(smallPagesSince, now);
  if (limit === SMALL_PAGE_LIMIT) return { walked: yield* walk(limit), smallPagesSince };
  const pages = walk(limit);
  const first = await unlessTooLarge(() => pages.next());
  if (first === null) return { walked: yield* walk(SMALL_PAGE_LIMIT), smallPagesSince: now.toISOString() };
  if (first.done === true) return { walked: first.value, smallPagesSince: null };
  yield first.value;
  return { walked: yield* pages, smallPagesSince: null };
}

async function unlessTooLarge<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'bad_response' && /answered 400: .*limit/i.test(error.message)) return null;
    throw error;
  }
}
