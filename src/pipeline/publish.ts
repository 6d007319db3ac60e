import type { Config } from '../config.ts';
import type { AthenaPlace } from '../engines/athena/place.ts';
import type { Engine } from '../engines/engine.ts';
import { PipelineError } from '../kernel/errors.ts';
import { bucketOf } from '../kernel/lake-place.ts';
import type { RunSummary } from '../tables/run-summary.ts';
import type { Published } from './answers.ts';
import type { Context } from './context.ts';
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

const isWanted = ({ config }: Context): boolean => config.aws?.publish === 'athena';

/** Where the settings want it: the run's tables brought to Athena. Where that fails the tables stand, and the run says what was not done. */
export async function alsoPublished(context: Context, summary: RunSummary): Promise<RunSummary> {
  if (!isWanted(context) || summary.catalogVersion === null) return summary;
  try {
    const { replaced, statements } = await publish(context, new AbortController().signal);
    if (statements > 0) context.log.info('published to Athena', { replaced });
    return summary;
  } catch (error) {
    return alsoMet(summary, error);
  }
}

/**
 * The same after a removal: what Athena named until now is forgotten at once, and queries under it fail. Gives what is left in AWS, for the receipt.
 */
export async function publishRemoval(context: Context, signal: AbortSignal): Promise<readonly string[]> {
  if (!isWanted(context)) return [];
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
