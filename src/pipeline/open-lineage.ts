import { createHash } from 'node:crypto';
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { asPipelineError, PipelineError } from '../kernel/errors.ts';
import { bucketOf } from '../kernel/lake-place.ts';
import { exchange } from '../source/exchange.ts';
import type { RunSummary } from '../tables/run-summary.ts';
import { tableNamed } from '../tables/star-schema.ts';
import type { Context } from './context.ts';

/** https://openlineage.io/docs/spec/object-model; the facets' own versions are those of their files. */
const SPEC = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs';
const FACETS = 'https://openlineage.io/spec/facets/1-0-0';
const PRODUCER = 'urn:tonearm';
/** A collector that does not answer must not hold up a run for long. */
const TIMEOUT_MS = 5_000;

interface Facet {
  readonly _producer: string;
  readonly _schemaURL: string;
}

interface Dataset {
  readonly namespace: string;
  readonly name: string;
  readonly facets?: Readonly<Record<string, Facet>>;
  readonly outputFacets?: Readonly<Record<string, Facet>>;
}

/** A RunEvent of OpenLineage 2-0-2. */
export interface LineageEvent {
  readonly eventType: 'START' | 'COMPLETE' | 'FAIL' | 'ABORT';
  readonly eventTime: string;
  readonly run: { readonly runId: string; readonly facets: Readonly<Record<string, Facet>> };
  readonly job: { readonly namespace: string; readonly name: string };
  readonly inputs: readonly Dataset[];
  readonly outputs: readonly Dataset[];
  readonly producer: string;
  readonly schemaURL: string;
}

/** Run ids are no UUIDs, which the specification asks for: one of version 8 (RFC 9562) is made of each, always the same. */
function uuidOf(runId: string): string {
  const hex = createHash('sha256').update(runId).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const facet = <F>(schema: string, fields: F): Facet & F => ({ _producer: PRODUCER, _schemaURL: schema, ...fields });

interface RunFacts {
  readonly runId: string;
  readonly verb: RunSummary['verb'];
}

function event(
  type: LineageEvent['eventType'],
  at: Date,
  { runId, verb }: RunFacts,
  more: Partial<LineageEvent> & { readonly error?: string },
) {
  const { error, inputs = [], outputs = [] } = more;
  const message = error === undefined ? {} : { errorMessage: errorFacet(error) };
  const own = facet(`${SPEC}/RunFacet`, { runId });
  return {
    eventType: type,
    eventTime: at.toISOString(),
    run: { runId: uuidOf(runId), facets: { tonearm_run: own, ...message } },
    job: { namespace: 'tonearm', name: verb },
    inputs,
    outputs,
    producer: PRODUCER,
    schemaURL: `${SPEC}/RunEvent`,
  } satisfies LineageEvent;
}

const errorFacet = (message: string): Facet =>
  facet(`${FACETS}/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet`, { message, programmingLanguage: 'TypeScript' });

/** Local files are named by their path, objects by bucket and key (https://openlineage.io/docs/spec/naming). */
function dataset(lake: string, name: string): Dataset {
  const place = bucketOf(lake);
  if (place === null) return { namespace: 'file', name: join(lake, name) };
  return { namespace: `s3://${place.bucket}`, name: place.prefix === '' ? name : `${place.prefix}/${name}` };
}

function inputsOf(lake: string, { streams }: RunSummary): readonly Dataset[] {
  return streams
    .filter(({ read, requests }) => read > 0 || requests > 0)
    .map(({ account, stream }) => dataset(lake, `raw/${stream}/account=${account}`));
}

function outputsOf(lake: string, { verb, total, catalogVersion, tables }: RunSummary): readonly Dataset[] {
  if (catalogVersion === null || (verb !== 'rebuild' && total.read === 0)) return [];
  return tables.map(({ table, rowsAfter }) => {
    const fields = tableNamed(table).columns.map(({ name, type, description }) => ({ name, type, description }));
    const schema = facet(`${FACETS}/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet`, { fields });
    const statistics = facet(`${FACETS}/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet`, {
      rowCount: rowsAfter,
    });
    return { ...dataset(lake, `tables/${table}`), facets: { schema }, outputFacets: { outputStatistics: statistics } };
  });
}

const ENDINGS: Readonly<Record<RunSummary['outcome'], LineageEvent['eventType']>> = {
  done: 'COMPLETE',
  deferred: 'COMPLETE',
  failed: 'FAIL',
  cancelled: 'ABORT',
};

/** The event that ends a run: what it read, and every table with its columns and the rows that a query then sees. */
export function endEvent(lake: string, summary: RunSummary): LineageEvent {
  const [first] = summary.outcomes;
  const facts = { inputs: inputsOf(lake, summary), outputs: outputsOf(lake, summary) };
  const error = first === undefined ? {} : { error: `${first.code}: ${first.message}` };
  return event(ENDINGS[summary.outcome], new Date(summary.finishedAt), summary, { ...facts, ...error });
}

async function send({ config, fetch }: Pick<Context, 'config' | 'fetch'>, told: LineageEvent): Promise<void> {
  const sink = config.openLineage;
  if (sink === null) return;
  const body = JSON.stringify(told);
  if ('file' in sink) {
    await mkdir(dirname(sink.file), { recursive: true });
    await appendFile(sink.file, `${body}\n`);
    return;
  }
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  const { status } = await exchange(
    'the OpenLineage event',
    sink.url,
    init,
    { fetch, timeoutMs: TIMEOUT_MS },
    new AbortController().signal,
  );
  if (status >= 300) throw new PipelineError(`the OpenLineage collector answered ${status}`, { code: 'bad_response' });
}

/** Tells of one run where the settings say so. Never throws: a collector that is down is a warning, and the run goes on. */
export interface LineageTeller {
  started(at: Date): Promise<void>;
  ended(summary: RunSummary): Promise<void>;
  failed(error: unknown): Promise<void>;
}

export function createLineageTeller(context: Pick<Context, 'config' | 'fetch' | 'clock' | 'log'>, run: RunFacts): LineageTeller {
  const tell = async (told: LineageEvent): Promise<void> => {
    try {
      await send(context, told);
    } catch (error) {
      context.log.warn('an OpenLineage event was not taken; the run goes on', {
        event: told.eventType,
        cause: asPipelineError(error).message,
      });
    }
  };
  return {
    started: (at) => tell(event('START', at, run, {})),
    ended: (summary) => tell(endEvent(context.config.lake, summary)),
    failed: (error) => {
      const { code, message } = asPipelineError(error);
      return tell(event(code === 'cancelled' ? 'ABORT' : 'FAIL', context.clock.now(), run, { error: `${code}: ${message}` }));
    },
  };
}
