import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../kernel/clock.ts';
import type { LineageEvent } from './open-lineage.ts';
import { lakeOfSavedTracks, type TestLake } from './testing.ts';

const never = new AbortController().signal;
const url = 'http://collector.test/api/v1/lineage';

/** What OpenLineage 2-0-2 asks of every RunEvent and facet. https://openlineage.io/spec/2-0-2/OpenLineage.json */
const FACETS = { type: 'object', additionalProperties: { $ref: '#/$defs/facet' } };
const DATASETS = {
  type: 'array',
  items: {
    type: 'object',
    required: ['namespace', 'name'],
    properties: { namespace: { type: 'string' }, name: { type: 'string' }, facets: FACETS, outputFacets: FACETS },
  },
};
const RUN_EVENT = {
  type: 'object',
  required: ['eventType', 'eventTime', 'producer', 'schemaURL', 'run', 'job'],
  properties: {
    eventType: { enum: ['START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER'] },
    eventTime: { type: 'string', format: 'date-time' },
    producer: { type: 'string', format: 'uri' },
    schemaURL: { type: 'string', format: 'uri' },
    run: { type: 'object', required: ['runId'], properties: { runId: { type: 'string', format: 'uuid' }, facets: FACETS } },
    job: { type: 'object', required: ['namespace', 'name'] },
    inputs: DATASETS,
    outputs: DATASETS,
  },
  $defs: {
    facet: {
      type: 'object',
      required: ['_producer', '_schemaURL'],
      properties: { _producer: { type: 'string', format: 'uri' }, _schemaURL: { type: 'string', format: 'uri' } },
    },
  },
};
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const isRunEvent = ajv.compile(RUN_EVENT);

describe('OpenLineage events', () => {
  let lake: TestLake;
  let posted: { url: string; event: LineageEvent }[];
  let warnings: string[];
  beforeEach(async () => {
    lake = await lakeOfSavedTracks(createVirtualClock(new Date('2026-11-21T10:00:00Z')));
    posted = [];
    warnings = [];
  });
  afterEach(() => lake.remove());

  const collector =
    (answer: () => Promise<Response>): typeof fetch =>
    async (input, init) => {
      posted.push({ url: String(input), event: JSON.parse(String(init?.body)) as LineageEvent });
      return answer();
    };
  const ok = async (): Promise<Response> => new Response(null, { status: 201 });
  const app = (answer: () => Promise<Response>, openLineage: { file: string } | { url: string } = { url }) => {
    const ignore = (): void => undefined;
    const log = { debug: ignore, info: ignore, error: ignore, warn: (message: string) => void warnings.push(message) };
    return lake.again({ fetch: collector(answer), log }, { openLineage });
  };

  it('say that a run started, and what it read and wrote when it ended', async () => {
    const summary = await app(ok).rebuild(never);
    expect(posted.map((one) => [one.url, one.event.eventType])).toEqual([
      [url, 'START'],
      [url, 'COMPLETE'],
    ]);
    for (const { event } of posted) {
      isRunEvent(event);
      expect(isRunEvent.errors ?? []).toEqual([]);
      expect(event.job).toEqual({ namespace: 'tonearm', name: 'rebuild' });
      expect(event.run.facets.tonearm_run).toMatchObject({ runId: summary.runId });
      expect(event.run.runId).toBe(posted[0]?.event.run.runId);
    }
    const ended = posted[1]?.event;
    expect(ended?.inputs).toEqual([{ namespace: 'file', name: join(lake.folder, 'raw/saved_tracks/account=me') }]);
    const tracks = ended?.outputs.find(({ name }) => name === join(lake.folder, 'tables/tracks'));
    expect(tracks?.outputFacets?.outputStatistics).toMatchObject({ rowCount: 2 });
    expect(tracks?.facets?.schema).toMatchObject({
      fields: expect.arrayContaining([{ name: 'track_id', type: 'text', description: expect.any(String) }]),
    });
  });

  it('are lines of a file, where the settings name one', async () => {
    const file = join(lake.folder, 'new/lineage.ndjson');
    await app(ok, { file }).rebuild(never);
    await app(ok, { file }).run({ accounts: [], streams: [] }, never);
    const events = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LineageEvent);
    expect(events.map(({ eventType, job, outputs }) => [eventType, job.name, outputs.length > 0])).toEqual([
      ['START', 'rebuild', false],
      ['COMPLETE', 'rebuild', true],
      ['START', 'run', false],
      ['COMPLETE', 'run', false],
    ]);
    expect(posted).toEqual([]);
  });

  it('say that a run failed, or was stopped, and why', async () => {
    const summary = await app(ok).run({ accounts: ['me'], streams: ['saved_tracks'] }, never);
    expect(summary.outcome).toBe('failed');
    const stopped = new AbortController();
    stopped.abort();
    await app(ok).rebuild(stopped.signal);
    await expect(app(ok).run({ accounts: ['nobody'], streams: [] }, never)).rejects.toMatchObject({ code: 'usage' });
    const ends = posted.filter(({ event }) => event.eventType !== 'START').map(({ event }) => event);
    expect(ends.map(({ eventType }) => eventType)).toEqual(['FAIL', 'ABORT', 'FAIL']);
    expect(ends[0]?.run.facets.errorMessage).toMatchObject({ message: expect.stringMatching(/^config: no client id/) });
    for (const event of ends) expect(isRunEvent(event)).toBe(true);
  });

  it.each([
    ['refuses them', async () => new Response('no', { status: 500 })],
    ['is down', async () => Promise.reject(new TypeError('fetch failed'))],
  ])('change nothing of a run where the collector %s', async (_, answer) => {
    const summary = await app(answer).rebuild(never);
    expect(summary).toMatchObject({ outcome: 'done', exitCode: 0, outcomes: [] });
    expect(warnings.filter((message) => message.includes('OpenLineage'))).toHaveLength(2);
  });
});
