import type { Config } from '../config.ts';
import type { AthenaPlace } from '../engines/athena/place.ts';
import type { Engine } from '../engines/engine.ts';
import { PipelineError } from '../kernel/errors.ts';
import { bucketOf } from '../kernel/lake-place.ts';
import type { RunSummary } from '../tables/run-summary.ts';
import type { Published } from './answers.ts';
import type { Context } from './context.ts';
import type { SnowflakeWorld } from './snowflake.ts';
import { alsoMet } from './summary.ts';
import { zonesOf } from './zones.ts';

/** Where the settings have Athena's tables. Errors: `config` where they say nothing of AWS, or the lake is in no bucket. */
function athenaPlace({ aws, lake }: Config): AthenaPlace {
  const bucket = bucketOf(lake);
  if (bucket === null) {
    const hint = 'Put the lake into a bucket: docs/aws.md.';
    throw new PipelineError(`Athena reads a lake in a bucket, and this one is in ${lake}`, { code: 'config', hint });
  }
  if (aws === undefined) {
    const hint = 'Add `aws: {region: eu-central-1}`, with the region of the bucket: docs/aws.md.';
    throw new PipelineError('tonearm.yaml says nothing of AWS', { code: 'config', hint });
  }
  const { name, region } = aws;
  return { database: name.replaceAll('-', '_'), workgroup: name, region, lake: bucket };
}

/** Loads the SDK only once it is asked. Errors: as {@link athenaPlace}. */
export async function athenaEngine({ config, catalog, store }: Context): Promise<Engine> {
  const place = athenaPlace(config);
  const { createAthenaEngine } = await import('../engines/athena/engine.ts');
  return createAthenaEngine({ place, catalog, store, zones: zonesOf(config) });
}

/** Brings Athena's tables to the newest catalog version. Errors: as {@link athenaPlace}; those of the engine's `publish`. */
export async function publish(context: Context, signal: AbortSignal): Promise<Published> {
  const engine = await athenaEngine(context);
  try {
    const next = await context.catalog.current();
    const { replaced, statements } = await engine.publish(next, null, signal);
    const { database, workgroup } = athenaPlace(context.config);
    return { catalogVersion: next.version, database, workgroup, replaced, statements };
  } finally {
    await engine.close();
  }
}

const wantsAthena = ({ config }: Context): boolean => config.aws?.publish === 'athena';
const wantsSnowflake = ({ config }: Context): boolean => config.snowflake?.publish === true;

async function publishToAthena(context: Context, signal: AbortSignal): Promise<void> {
  const { replaced, statements } = await publish(context, signal);
  if (statements > 0) context.log.info('published to Athena', { replaced });
}

async function publishToSnowflake(context: Context, signal: AbortSignal, world: SnowflakeWorld): Promise<void> {
  const { createSnowflake } = await import('./snowflake.ts');
  const { version, loaded, rows } = await createSnowflake(context, world).publish({}, signal);
  if (loaded > 0) context.log.info('loaded into Snowflake', { version, files: loaded, rows });
}

/** Brings the newest catalog version to where the settings want it, one after the other. Errors: the first that was met, when all were tried; further ones are in the log. */
export async function publishWanted(context: Context, signal: AbortSignal): Promise<void> {
  const [first, ...others] = await met(context, signal, {});
  for (const other of others) context.log.warn('the tables could not be brought there either', { cause: String(other) });
  if (first !== undefined) throw first;
}

/** What each of them met: one that fails keeps no other from its tables. */
async function met(context: Context, signal: AbortSignal, world: SnowflakeWorld): Promise<readonly unknown[]> {
  const errors: unknown[] = [];
  const ways = [
    ...(wantsAthena(context) ? [() => publishToAthena(context, signal)] : []),
    ...(wantsSnowflake(context) ? [() => publishToSnowflake(context, signal, world)] : []),
  ];
  for (const way of ways) {
    try {
      await way();
    } catch (error) {
      errors.push(error);
    }
  }
  return errors;
}

/** Where the settings want it: the run's tables brought to Athena and to Snowflake. Where that fails the tables stand, and the run says what was not done. */
export async function alsoPublished(context: Context, summary: RunSummary, world: SnowflakeWorld = {}): Promise<RunSummary> {
  if (summary.catalogVersion === null) return summary;
  return (await met(context, new AbortController().signal, world)).reduce<RunSummary>(alsoMet, summary);
}

/** The same after a removal: what was removed goes there, too. Gives what is left, for the receipt. */
export async function publishRemoval(context: Context, signal: AbortSignal): Promise<readonly string[]> {
  return [...(await forgetInAthena(context, signal)), ...(await forgetInSnowflake(context, signal))];
}

/** What Athena named until now is forgotten at once, and queries under it fail. */
async function forgetInAthena(context: Context, signal: AbortSignal): Promise<readonly string[]> {
  if (!wantsAthena(context)) return [];
  const results = "answers that Athena has kept: files below the place for results of its workgroup, and each query's text in its history";
  try {
    await publish(context, signal);
    const { forgetSuperseded } = await import('../engines/athena/publish.ts');
    await forgetSuperseded({ ...context, place: athenaPlace(context.config) }, await context.catalog.current(), Infinity);
    return [results];
  } catch (error) {
    context.log.warn("the removal is not in Athena's tables yet", { cause: String(error) });
    return [results, "Athena's tables, which name files that are gone: run `tonearm publish`"];
  }
}

/** Where builds load it; elsewhere the receipt says that somebody must. */
async function forgetInSnowflake(context: Context, signal: AbortSignal): Promise<readonly string[]> {
  if (context.config.snowflake === undefined) return [];
  const kept = 'what Snowflake keeps of rows that are gone, in its Time Travel and Fail-safe, for days';
  const tables = "Snowflake's tables, where they were loaded: run `tonearm snowflake publish`";
  if (!wantsSnowflake(context)) return [kept, tables];
  try {
    const { createSnowflake } = await import('./snowflake.ts');
    await createSnowflake(context).forget(signal);
    return [kept];
  } catch (error) {
    context.log.warn("the removal is not in Snowflake's tables yet", { cause: String(error) });
    return [kept, tables];
  }
}
