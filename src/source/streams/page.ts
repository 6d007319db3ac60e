import { PipelineError } from '../../kernel/errors.ts';
import { fieldOf, isArray, numberOf, textOf } from '../json.ts';
import type { Answer, Page, SpotifyClient, StreamName } from '../types.ts';

export type WalkPlace = NonNullable<Page['walk']>;

/** The answer as a page of a stream. */
export function toPage(stream: StreamName, api: SpotifyClient, answer: Answer, walk: WalkPlace | null): Page {
  const { request, status, observedAt, etag, body } = answer;
  return { stream, account: api.account, request, status, observedAt, etag, walk, body };
}

/** One page of a list as a walk needs it. */
export interface Sheet {
  readonly items: readonly unknown[];
  readonly total: number | null;
  /** The query of the page after it; null at the end. */
  readonly next: Readonly<Record<string, string>> | null;
}

/**
 * @param within the field that wraps the page, such as `albums` of the new releases
 *
 * Throws `bad_response` where the answer is no page of a list.
 */
export function sheetOf(answer: Answer, within?: string): Sheet {
  const body = within === undefined ? answer.json() : fieldOf(answer.json(), within);
  const items = fieldOf(body, 'items');
  if (!isArray(items)) {
    throw new PipelineError(`GET ${answer.request.path} answered ${answer.status} without a list of items`, { code: 'bad_response' });
  }
  return { items, total: numberOf(body, 'total'), next: nextQuery(answer, textOf(body, 'next')) };
}

/** Only the query of `next` is taken: its host may be another one behind a proxy, and it may lack what was asked for besides. */
function nextQuery(answer: Answer, next: string | null): Readonly<Record<string, string>> | null {
  if (next === null) return null;
  const query = Object.fromEntries(new URLSearchParams(next.split('?')[1] ?? ''));
  return { ...answer.request.query, ...query };
}

/** `added_at` of the element that stands first; null where there is none. */
export const firstAddedAt = (sheet: Sheet): string | null => textOf(sheet.items[0], 'added_at');
