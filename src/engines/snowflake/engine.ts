import type { Clock } from '../../kernel/clock.ts';
import { createSystemClock } from '../../kernel/clock.ts';
import { PipelineError } from '../../kernel/errors.ts';
import { TABLES } from '../../tables/star-schema.ts';
import { stopped } from '../cloud/answers.ts';
import type { Engine, Query, Result } from '../engine.ts';
import { shapeOf } from '../table-shape.ts';
import { answer } from './answer.ts';
import { type BoundSql, snowflakeSql } from './dialect.ts';
import { guard } from './guard.ts';
import { readerRole, type SnowflakePlace, schemaName } from './place.ts';
import { identifier } from './quoted.ts';
import { type AskingSession, openSnowflake, type SnowflakeDriver } from './session.ts';
import { PUBLISHED_VERSION } from './views.ts';

export interface SnowflakeEngineOptions {
  readonly place: SnowflakePlace;
  /** Brings Snowflake to a version of the catalog. */
  readonly load: (next: Parameters<Engine['publish']>[0], signal: AbortSignal) => ReturnType<Engine['publish']>;
  /** That of the machine where omitted: time limits are the machine's. */
  readonly clock?: Clock;
  /** That of the installation where it is null. */
  readonly driver?: SnowflakeDriver | null;
}

/** Questions that met a load each time. */
const MOST_TRIES = 4;
const VERSION_MS = 60_000;

/**
 * Snowflake, asked as the role that reads the views. It shows what was loaded last: each statement sees one version, which is read before and after; where it
 * moved meanwhile the question is asked again. `ours` is written as for all engines (`snowflakeSql`); `guarded` is Snowflake's own SQL, one SELECT. Logged in with
 * the first question.
 */
export function createSnowflakeEngine(options: SnowflakeEngineOptions): Engine {
  const { place, clock = createSystemClock(), driver = null, load } = options;
  const versionSql = `SELECT "CATALOG_VERSION" FROM ${schemaName(place, place.schema)}.${identifier(PUBLISHED_VERSION)}`;
  const { zones = {} } = place;
  let opened: Promise<AskingSession> | null = null;
  const session = (): Promise<AskingSession> => {
    opened ??= openReader(place, driver).catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };

  const bound = ({ sql, params, trust }: Query): BoundSql => {
    if (trust === 'ours') return snowflakeSql(sql, { place, zones, params });
    guard(sql);
    return { sql, binds: [] };
  };

  const version = async (signal: AbortSignal): Promise<number> => {
    const own = await session();
    const given = await answer(own, { sql: versionSql, binds: [] }, { rows: 1, bytes: 100, ms: VERSION_MS }, clock, signal);
    for await (const [row] of given.batches) if (row !== undefined) return Number(row[0]);
    throw new PipelineError('Snowflake does not say which version is loaded', { code: 'config', hint: 'Run `tonearm snowflake apply`.' });
  };

  const answered = async (question: BoundSql, asked: Query, signal: AbortSignal): Promise<Result> => {
    for (let attempt = 1; attempt <= MOST_TRIES; attempt += 1) {
      const before = await version(signal);
      const { discard, ...given } = await answer(await session(), question, asked.limits, clock, signal).catch((error: unknown) => {
        throw asked.trust === 'guarded' ? misnamed(error) : error;
      });
      if ((await version(signal)) === before) return { ...given, catalogVersion: before };
      discard();
    }
    throw new PipelineError('Snowflake was being loaded each time it was asked', { code: 'conflict', retryable: true, hint: 'Ask again.' });
  };

  const query = async (asked: Query, signal: AbortSignal): Promise<Result> => {
    const question = bound(asked);
    if (signal.aborted) throw stopped();
    try {
      return await answered(question, asked, signal);
    } catch (error) {
      if (!isLost(error)) throw error;
      // A question changes nothing, so it may be asked twice.
      opened = null;
      return answered(question, asked, signal);
    }
  };

  return {
    dialect: 'snowflake',
    query,
    publish: (next, _previous, signal) => load(next, signal),
    describe: async () => TABLES.map(shapeOf),
    close: async () => {
      const own = await opened?.catch(() => null);
      opened = null;
      await own?.close();
    },
  };
}

/**
 * A session of the role that reads, and of no other: what else the user may do would count beside it, as it does by default
 * (https://docs.snowflake.com/en/sql-reference/sql/use-secondary-roles).
 */
async function openReader(place: SnowflakePlace, driver: SnowflakeDriver | null): Promise<AskingSession> {
  const session = await openSnowflake(place, readerRole(place), driver);
  try {
    await session.run('USE SECONDARY ROLES NONE', new AbortController().signal);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** The session is gone: after hours without a question, or since the connection broke. Codes of Snowflake, and of its driver. */
const isLost = (error: unknown): boolean =>
  error instanceof PipelineError && /\((39010[34]|39011[0-4]|40[57]\d{3}|4010\d\d)\)$/.test(error.message);

/** A table that is not there is what its asker wrote. */
function misnamed(error: unknown): unknown {
  if (!(error instanceof PipelineError) || !/\((002003|002043)\)$/.test(error.message)) return error;
  return new PipelineError(error.message, {
    code: 'bad_sql',
    hint: 'See `tonearm tables` for what can be asked; the SQL is that of Snowflake.',
  });
}
