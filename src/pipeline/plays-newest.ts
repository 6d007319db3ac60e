import type { Engine } from '../engines/engine.ts';
import { PipelineError } from '../kernel/errors.ts';
import { type ListedPlay, rowsOf, toPlay } from './plays-listing.ts';
import newestSql from './sql/plays_newest.sql';

export interface NewestChoice {
  /** Days of each account's own time zone, `YYYY-MM-DD`, both included; null: open. */
  readonly from: string | null;
  readonly to: string | null;
  /** Null: every account. */
  readonly account: string | null;
  /** Part of a title, artist, album or show; case and accents do not matter. */
  readonly search: string | null;
  /** As a page before said it; null: from the newest one on. */
  readonly before: string | null;
  readonly limit: number;
}

/** A page of plays, the newest first. */
export interface NewestPlays {
  readonly plays: readonly ListedPlay[];
  readonly isCut: boolean;
  /** Where the next page begins; null where there is none. */
  readonly before: string | null;
}

/** Time and id of the last play of a page. */
function placeOf(before: string): { readonly at: string; readonly id: string } {
  const [, at = '', id = ''] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) ([\w-]+)$/.exec(before) ?? [];
  if (id !== '' && !Number.isNaN(Date.parse(at))) return { at, id };
  throw new PipelineError('before is no place in a list of plays', {
    code: 'usage',
    hint: 'Give what the page before says, or leave it out.',
  });
}

/** Rules hide nothing here, and say so. Errors: `usage` for a `before` that is none; those of the engine. */
export async function newestPlays(engine: Engine, choice: NewestChoice, signal: AbortSignal): Promise<NewestPlays> {
  const { before, limit, ...filter } = choice;
  const place = before === null ? null : placeOf(before);
  const params = { ...filter, limit, before_at: place?.at ?? null, before_id: place?.id ?? null };
  const found = await rowsOf(engine, newestSql, params, signal);
  const plays = found.slice(0, limit).map((row) => toPlay(row, null));
  const last = plays.at(-1);
  const isCut = found.length > limit;
  return { plays, isCut, before: isCut && last !== undefined ? `${last.endedAt} ${last.playId}` : null };
}
