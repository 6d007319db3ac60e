import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBResult, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { Clock } from '../../kernel/clock.ts';
import { PipelineError } from '../../kernel/errors.ts';
import type { QueryLimits, ResultColumn, Scalar } from '../engine.ts';

export interface Stats {
  readonly ms: number;
  readonly rows: number;
  readonly truncated: boolean;
}

export interface Answer {
  readonly columns: readonly ResultColumn[];
  /** At most as many rows and bytes as the limits allow. Must be drained or returned: it holds the connection. */
  readonly batches: AsyncGenerator<readonly (readonly Scalar[])[], void>;
  /** Complete once `batches` has ended. */
  stats(): Stats;
}

export interface Asked {
  readonly sql: string;
  readonly params: Readonly<Record<string, Scalar>>;
  readonly limits: QueryLimits;
}

/** Runs one statement and hands its rows on as DuckDB makes them. Time is up: `limit_exceeded`; the signal fires: `cancelled`. */
export async function answer(connection: DuckDBConnection, asked: Asked, clock: Clock, signal: AbortSignal): Promise<Answer> {
  const watch = watchOver(connection, asked.limits.ms, clock, signal);
  try {
    const statement = await connection.prepare(asked.sql);
    bind(statement, asked.params);
    watch.check();
    const result = await statement.stream();
    const types = result.columnTypes();
    // Loaded here: who asks another process needs no DuckDB, which takes as long to load as all the rest.
    const { logicalType, toScalar } = await import('./rows.ts');
    const typeAt = (type: DuckDBType | undefined): ResultColumn['type'] => (type === undefined ? 'text' : logicalType(type));
    const columns = result.deduplicatedColumnNames().map((name, at) => ({ name, type: typeAt(types[at]) }));
    const progress = { ms: 0, rows: 0, truncated: false };
    return { columns, batches: batchesOf(result, toScalar, asked.limits, watch, progress), stats: () => ({ ...progress }) };
  } catch (error) {
    watch.end();
    throw watch.why(error);
  }
}

function bind(statement: DuckDBPreparedStatement, params: Readonly<Record<string, Scalar>>): void {
  for (let at = 1; at <= statement.parameterCount; at += 1) {
    const value = params[statement.parameterName(at)];
    if (value === undefined) continue;
    if (value === null) statement.bindNull(at);
    else if (typeof value === 'boolean') statement.bindBoolean(at, value);
    else if (typeof value === 'string') statement.bindVarchar(at, value);
    else if (typeof value === 'bigint' || Number.isSafeInteger(value)) statement.bindBigInt(at, BigInt(value));
    else statement.bindDouble(at, value);
  }
}

async function* batchesOf(
  result: DuckDBResult,
  toScalar: (value: DuckDBValue, type: DuckDBType) => Scalar,
  limits: QueryLimits,
  watch: Watch,
  progress: { ms: number; rows: number; truncated: boolean },
): AsyncGenerator<readonly (readonly Scalar[])[], void> {
  let bytes = 0;
  try {
    while (!progress.truncated) {
      const chunk = await result.fetchChunk();
      watch.check();
      if (chunk === null || chunk.rowCount === 0) return;
      const batch: (readonly Scalar[])[] = [];
      for (const row of chunk.convertRows<Scalar>(toScalar)) {
        bytes += row.reduce<number>((sum, value) => sum + textBytes(value), 0);
        progress.truncated = progress.rows === limits.rows || bytes > limits.bytes;
        if (progress.truncated) break;
        progress.rows += 1;
        batch.push(row);
      }
      if (batch.length > 0) yield batch;
    }
  } catch (error) {
    throw watch.why(error);
  } finally {
    progress.ms = watch.end();
  }
}

function textBytes(value: Scalar): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : String(value).length;
}

interface Watch {
  /** Throws where time is up or the signal has fired. */
  check(): void;
  /** The reason behind a failure: a statement that was interrupted says only that. */
  why(error: unknown): unknown;
  /** Stops watching; milliseconds since the start. */
  end(): number;
}

/** An interrupt is lost where it meets a statement that is just starting, so it is sent again until the query has ended. */
const INTERRUPT_EVERY_MS = 100;

function watchOver(connection: DuckDBConnection, ms: number, clock: Clock, signal: AbortSignal): Watch {
  const started = clock.now().getTime();
  const done = new AbortController();
  let reason: PipelineError | null = null;
  const stop = async (why: PipelineError): Promise<void> => {
    reason ??= why;
    while (!done.signal.aborted) {
      connection.interrupt();
      await clock.sleep(INTERRUPT_EVERY_MS, done.signal);
    }
  };
  const unlessDone = (error: unknown): void => {
    if (!done.signal.aborted) throw error;
  };
  const onAbort = (): void => {
    stop(new PipelineError('the query was stopped', { code: 'cancelled' })).catch(unlessDone);
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  clock
    .sleep(ms, done.signal)
    .then(() => stop(tooSlow(ms)))
    .catch(unlessDone);
  return {
    check: () => {
      if (reason !== null) throw reason;
    },
    why: (error) => reason ?? error,
    end: () => {
      done.abort();
      signal.removeEventListener('abort', onAbort);
      return clock.now().getTime() - started;
    },
  };
}

export function tooSlow(ms: number): PipelineError {
  return new PipelineError(`the query took longer than ${ms / 1000} s`, {
    code: 'limit_exceeded',
    hint: 'Ask for less: fewer days, fewer joins, or an aggregate.',
  });
}
