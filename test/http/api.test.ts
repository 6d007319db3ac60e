import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  AboutAnswer,
  CoverageAnswer,
  ErrorAnswer,
  PipelineAnswer,
  PlayAnswer,
  ReportAnswer,
  ReportListing,
  RunsAnswer,
} from '../../src/surfaces/http/answers.ts';
import { never } from '../sample-account.ts';
import { type ServerWorld, serverWorld } from './world.ts';

let world: ServerWorld;
beforeAll(async () => {
  world = await serverWorld({ isRead: true });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.close();
});
const folder = mkdtempSync(join(tmpdir(), 'tonearm-http-'));

const failure = async (path: string) => {
  const response = await world.ask(path);
  return { status: response.status, ...((await response.json()) as ErrorAnswer).error };
};

describe('about', () => {
  it('says whose lake it is, without where it lies', async () => {
    const about = await world.json<AboutAnswer>('/api/about');
    expect(about).toMatchObject({
      version: '1.2.3',
      accounts: [{ name: 'ada', timeZone: 'Europe/Berlin' }],
      today: '2026-03-02',
      timeZones: ['Europe/Berlin'],
      catalogVersion: 1,
      ...{ isDemo: false, covers: false, needsLogin: false, schedule: false },
    });
    expect(about.lake).toMatch(/^tonearm-lake-/);
    expect(about.firstPlayedOn).toMatch(/^2026-0[23]-/);
  });
});

describe('reports', () => {
  it('are listed with their parameters and what these mean', async () => {
    const listed = await world.json<readonly ReportListing[]>('/api/reports');
    const top = listed.find(({ name }) => name === 'top-tracks');
    expect(top?.params.find(({ name }) => name === 'from')).toEqual({ name: 'from', description: 'First day, YYYY-MM-DD' });
    expect(listed.flatMap(({ params }) => params.filter(({ description }) => description === ''))).toEqual([]);
  });

  it('answer as the pipeline does, and the second time without asking it', async () => {
    const path = '/api/reports/recent-plays?limit=3';
    const response = await world.ask(path);
    const answer = (await response.json()) as ReportAnswer;
    expect(answer).toMatchObject({ report: 'recent-plays', catalogVersion: 1, params: { limit: 3 } });
    expect(answer.rows).toHaveLength(3);
    expect(await world.json(path)).toEqual(answer);
    const etag = response.headers.get('etag') ?? '';
    const again = await world.ask(path, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await world.ask('/api/reports/recent-plays?limit=4', { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  it('refuse what they do not take, and say what they do', async () => {
    expect(await failure('/api/reports/top-tracks?form=2026-01-01')).toMatchObject({ status: 400, code: 'usage' });
    expect(await failure('/api/reports/top-tracks?limit=1&limit=2')).toMatchObject({ status: 400, code: 'usage' });
    expect(await failure('/api/reports/top-tracks?account=eve')).toMatchObject({ status: 400, message: 'there is no account eve' });
    for (const wrong of ['runs?limit=0', 'runs?limit=1e3', 'quarantine?colour=red', 'coverage?account=a&account=b'])
      expect(await failure(`/api/${wrong}`)).toMatchObject({ status: 400, code: 'usage' });
    expect(await failure('/api/reports/top-trakcs')).toMatchObject({ status: 404, hint: 'Did you mean top-tracks?' });
  });
});

describe('downloads', () => {
  it('are the rows of the report, and its SQL as `tonearm query` takes it', async () => {
    const path = '/api/reports/recent-plays';
    const { columns, rows } = await world.json<ReportAnswer>(`${path}?limit=5&from=2026-03-01`);
    const csv = await world.ask(`${path}/download?format=csv&limit=5&from=2026-03-01`);
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="recent-plays_2026-03-01.csv"');
    const lines = (await csv.text()).trimEnd().split('\n');
    expect(lines[0]).toBe(columns.map(({ name }) => name).join(','));
    expect(lines).toHaveLength(rows.length + 1);
    const parquet = await world.ask(`${path}/download?format=parquet&limit=5&from=2026-03-01`);
    const file = join(folder, 'rows.parquet');
    writeFileSync(file, new Uint8Array(await parquet.arrayBuffer()));
    const sql = await (await world.ask(`${path}/sql?limit=5&from=2026-03-01`)).text();
    expect(sql).not.toMatch(/\$[a-z]/);
    const ask = async (text: string): Promise<readonly unknown[]> => {
      const limits = { rows: 100, bytes: 1_000_000, ms: 60_000 };
      const found: unknown[] = [];
      const { batches } = await world.desk.engine.query({ sql: text, params: {}, limits, trust: 'ours' }, never);
      for await (const batch of batches) found.push(...batch);
      return found;
    };
    expect(await ask(sql)).toEqual(rows);
    expect(await ask(`select * from '${file}'`)).toEqual(rows);
  });

  it('are of two kinds', async () => {
    expect(await failure('/api/reports/top-tracks/download?format=exe')).toMatchObject({ status: 400, code: 'usage' });
  });
});

describe('a play', () => {
  it('has the records that it is made of', async () => {
    const { columns, rows } = await world.json<ReportAnswer>('/api/reports/recent-plays?limit=1');
    const id = rows[0]?.[columns.findIndex(({ name }) => name === 'play_id')];
    expect(await world.json<PlayAnswer>(`/api/plays/${id}`)).toMatchObject({
      ...{ playId: id, account: 'ada', url: expect.stringMatching(/^https:\/\/open\.spotify\.com\/track\//) },
      evidence: [{ verdict: 'kept', account: 'ada', origin: 'recently_played' }],
    });
    expect(await failure('/api/plays/none')).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('the pipeline', () => {
  it('shows how the lake stands and what the last run did, without a path of this machine', async () => {
    const response = await world.ask('/api/pipeline');
    const text = await response.text();
    expect(text).not.toContain(world.sample.config.lake);
    const { status, freshness, run, jobs, findings } = JSON.parse(text) as PipelineAnswer;
    expect(status).toMatchObject({ catalog: { version: 1 }, pending: 0, lastRun: { verb: 'run', outcome: 'done' } });
    expect(freshness.map(({ stream }) => stream)).toContain('recently_played');
    expect({ run, jobs, findings }).toEqual({ run: null, jobs: [], findings: null });
    const runs = await world.json<RunsAnswer>('/api/runs?limit=5');
    expect(runs.map(({ runId }) => runId)).toEqual([status.lastRun?.runId]);
    expect((await world.json<CoverageAnswer>('/api/coverage')).months[0]?.account_id).toBe('ada');
    expect(await world.json('/api/quarantine')).toEqual({ rows: [], total: { faults: 0, records: 0 } });
    expect(await failure('/api/quarantine/record?name=x&line=1.5')).toMatchObject({ status: 400 });
    for (const path of ['/api/doctor', '/api/drift']) expect(await (await world.ask(path)).text()).not.toContain(world.sample.config.lake);
  });

  it('shows a new catalog, made by whom it may be, with other answers', async () => {
    const { sample, desk } = world;
    const before = await world.json<ReportAnswer>('/api/reports/recent-plays?limit=1');
    world.advance(24 * 60 * 60 * 1000);
    await sample.app.run({ accounts: [], streams: [] }, never);
    await desk.lake.look();
    const after = await world.json<ReportAnswer>('/api/reports/recent-plays?limit=1');
    expect(after.catalogVersion).toBe(2);
    expect(after.rows).not.toEqual(before.rows);
    expect((await world.json<AboutAnswer>('/api/about')).catalogVersion).toBe(2);
  });
});

describe('machines', () => {
  it('are told that it lives, that the catalog can be read, and numbers', async () => {
    for (const path of ['/health/live', '/health/ready']) expect((await world.ask(path)).status).toBe(200);
    const response = await world.ask('/metrics');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = await response.text();
    const value = (line: string): number =>
      Number(
        text
          .split('\n')
          .find((one) => one.startsWith(`${line} `))
          ?.slice(line.length + 1),
      );
    expect(value('tonearm_catalog_version')).toBe(2);
    expect(value('tonearm_table_rows{table="plays"}')).toBeGreaterThan(50);
    expect(value('tonearm_last_run_outcome{verb="run",outcome="done"}')).toBe(1);
    expect(value('tonearm_last_run_requests{verb="run"}')).toBeGreaterThan(0);
    expect(value('tonearm_newest_data_age_seconds{account="ada",stream="recently_played"}')).toBeGreaterThanOrEqual(0);
    expect(value('tonearm_http_requests_total{route="GET /api/reports/:name",status="304"}')).toBe(1);
    expect(value('tonearm_http_request_duration_seconds_count{route="GET /health/live"}')).toBe(1);
    // Every line is a comment or a sample.
    expect(text.split('\n').filter((line) => !/^(#.*|[a-z_]+(\{.*\})? [\d.e+-]+|)$/.test(line))).toEqual([]);
  });
});

describe('the page', () => {
  it('is one document at each of its addresses, and nothing at others', async () => {
    for (const path of ['/', '/history', '/pipeline', '/import']) {
      const response = await world.ask(path);
      expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-cache']);
      expect(await response.text()).toContain('<title>Tonearm</title>');
    }
    expect(await failure('/elsewhere')).toMatchObject({ status: 404, code: 'not_found' });
    expect(await failure('/api/elsewhere')).toMatchObject({ status: 404, code: 'not_found' });
  });
});
