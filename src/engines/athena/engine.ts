import type { Clock } from '../../kernel/clock.ts';
import { createSystemClock } from '../../kernel/clock.ts';
import { PipelineError } from '../../kernel/errors.ts';
import type { ObjectStore } from '../../landing/object-store.ts';
import type { CatalogStore } from '../../tables/catalog.ts';
import { TABLES } from '../../tables/star-schema.ts';
import type { TimeZones } from '../duckdb/local-time.ts';
import type { Engine, Query, Result } from '../engine.ts';
import { shapeOf } from '../table-shape.ts';
import { createAthena } from './answer.ts';
import { trinoSql } from './dialect.ts';
import { createGlue } from './glue.ts';
import { guard } from './guard.ts';
import type { AthenaPlace } from './place.ts';
import { publishTables } from './publish.ts';
import { type Published, readPublished } from './published.ts';

export interface AthenaEngineOptions {
  readonly place: AthenaPlace;
  readonly catalog: Pick<CatalogStore, 'current' | 'at'>;
  /** Only its `rules/` is read, and its `athena/` written. */
  readonly store: ObjectStore;
  /** Where the days of each account begin; UTC where omitted. */
  readonly zones?: TimeZones;
  /** That of the machine where omitted: time limits are the machine's. */
  readonly clock?: Clock;
  /** Of every request to AWS. */
  readonly attempts?: number;
}

/** Questions that met a switch of the tables; a switch takes seconds. */
const MOST_TRIES = 6;
const SWITCH_WAIT_MS = 2_000;

/**
 * Amazon Athena over the lake's own files. It shows what was published last. A query that met a switch of the tables is asked again, as it may have seen one
 * table before it and another after. `ours` is written as for DuckDB (`trinoSql`); `guarded` is Athena's own SQL, one SELECT.
 */
export function createAthenaEngine(options: AthenaEngineOptions): Engine {
  const { place, zones = {}, clock = createSystemClock(), attempts } = options;
  const glue = createGlue(place, attempts);
  const athena = createAthena(place, clock, attempts);

  const text = ({ sql, params, trust }: Query): string => {
    if (trust === 'ours') return trinoSql(sql, { zones, params });
    guard(sql);
    return sql;
  };

  /** The version that stands, once no switch is under way. */
  const standing = async (signal: AbortSignal): Promise<number | Published> => {
    const published = await readPublished(glue);
    if (published.version === null && published.switchingTo === null) throw unpublished();
    if (published.switchingTo === null && published.version !== null) return published.version;
    await clock.sleep(SWITCH_WAIT_MS, signal);
    return published;
  };

  const query = async (asked: Query, signal: AbortSignal): Promise<Result> => {
    const sql = text(asked);
    let met: Published | null = null;
    for (let attempt = 1; attempt <= MOST_TRIES; attempt += 1) {
      if (signal.aborted) throw new PipelineError('the query was stopped', { code: 'cancelled' });
      const before = await standing(signal);
      if (typeof before !== 'number') {
        met = before;
        continue;
      }
      const given = await athena.answer(sql, asked.limits, signal);
      const after = await readPublished(glue);
      if (after.version === before && after.switchingTo === null) return { ...given, catalogVersion: before };
      met = after;
    }
    throw between(met);
  };

  return {
    dialect: 'athena',
    query,
    publish: async (next, _previous, signal) => {
      const { replaced, statements } = await publishTables({ ...options, zones, clock, glue }, next, signal);
      return { replaced, statements };
    },
    describe: async () => TABLES.map(shapeOf),
    close: async () => {
      glue.close();
      athena.close();
    },
  };
}

const unpublished = (): PipelineError =>
  new PipelineError('nothing was published to Athena yet', {
    code: 'config',
    hint: 'Run `tonearm publish`; `aws: {publish: athena}` in tonearm.yaml does it after each build.',
  });

function between(met: Published | null): PipelineError {
  const versions = met === null ? '' : ` (${met.version ?? 'none'} to ${met.switchingTo ?? met.version})`;
  return new PipelineError(`Athena's tables were being switched each time they were asked${versions}`, {
    code: 'conflict',
    retryable: true,
    hint: 'Run `tonearm publish`, which also finishes what another left undone; then ask again.',
  });
}
