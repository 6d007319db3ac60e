import type { Clock } from '../../kernel/clock.ts';
import { type Progress, stopped, type TextRow, toldApart, tooSlow, withinLimits } from '../cloud/answers.ts';
import { toScalar } from '../cloud/scalars.ts';
import type { QueryLimits, Result } from '../engine.ts';
import type { BoundSql } from './dialect.ts';
import type { AskingSession, SnowflakeAnswer } from './session.ts';
import { logicalType } from './types.ts';

/** What Snowflake gave, its first rows at hand. */
export interface Answer extends Omit<Result, 'catalogVersion'> {
  /** Leaves it unread. */
  discard(): void;
}

/** Rows that are handed on together. */
const BATCH_ROWS = 1_000;

/** Runs one SELECT. Errors, then or while reading on: those of the session's `ask`; time is up at Snowflake, and here, too, where it does not answer. */
export async function answer(
  session: AskingSession,
  { sql, binds }: BoundSql,
  limits: QueryLimits,
  clock: Clock,
  signal: AbortSignal,
): Promise<Answer> {
  const watch = watchOver(limits.ms, clock, signal);
  const began = clock.now().getTime();
  const progress: Progress = { rows: 0, truncated: false };
  let ms = 0;
  try {
    const given = await session.ask({ sql, binds, ms: limits.ms }, watch.signal);
    const columns = toldApart(given.columns.map((column) => ({ name: shownName(column.name), type: logicalType(column) })));
    return {
      columns,
      batches: watched(withinLimits(pagesOf(given), columns, toScalar, limits, progress, signal), watch, () => {
        ms = clock.now().getTime() - began;
      }),
      discard: () => watch.end(),
      stats: () => ({ ...progress, scannedBytes: null, ms }),
    };
  } catch (error) {
    watch.end();
    throw watch.why(error);
  }
}

/** Names that were not quoted are held in capitals, and asked for in small letters everywhere else. */
const shownName = (name: string): string => (/[a-z]/.test(name) ? name : name.toLowerCase());

async function* pagesOf({ rows }: SnowflakeAnswer): AsyncGenerator<readonly TextRow[], void> {
  let page: TextRow[] = [];
  for await (const row of rows) {
    page.push(row.map((value) => (value === null ? null : String(value))));
    if (page.length < BATCH_ROWS) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

async function* watched(batches: Result['batches'], watch: Watch, ended: () => void): Result['batches'] & AsyncGenerator {
  try {
    for await (const batch of batches) {
      watch.check();
      yield batch;
    }
  } catch (error) {
    throw watch.why(error);
  } finally {
    watch.end();
    ended();
  }
}

interface Watch {
  /** Fires when time is up, too. */
  readonly signal: AbortSignal;
  check(): void;
  /** The reason behind a failure: a statement that was stopped says only that. */
  why(error: unknown): unknown;
  end(): void;
}

function watchOver(ms: number, clock: Clock, asked: AbortSignal): Watch {
  const done = new AbortController();
  const late = new AbortController();
  clock.sleep(ms, done.signal).then(
    () => late.abort(),
    () => undefined,
  );
  const reason = (): Error | null => (asked.aborted ? stopped() : late.signal.aborted ? tooSlow(ms) : null);
  return {
    signal: AbortSignal.any([asked, late.signal]),
    check: () => {
      const why = reason();
      if (why !== null) throw why;
    },
    why: (error) => reason() ?? error,
    end: () => done.abort(),
  };
}
