import { type Listeners, lakeHeading, listenersIn } from '../../pipeline/lake-heading.ts';
import { newestSummaries } from '../../pipeline/run-history.ts';
import type {
  AboutAnswer,
  CoverageAnswer,
  DoctorAnswer,
  DriftAnswer,
  PipelineAnswer,
  QuarantineAnswer,
  QuarantineRecordAnswer,
  RunsAnswer,
} from './answers.ts';
import type { Desk } from './desk.ts';
import { type Asked, type Bytes, bytesOf, countOf, jsonText, queryOf, type Routes, reply } from './wire.ts';

const MOST_RUNS = 500;
const MOST_QUARANTINED = 1_000;
const HOUR_MS = 60 * 60_000;

/** What the lake is, how it stands and what happened to it. */
export function addLake(routes: Routes, desk: Desk, { needsLogin }: { readonly needsLogin: boolean }): void {
  const { app, asking, clock, scrub } = desk;
  /** Equal questions at the same moment are asked once. */
  const shared = <T>(c: Asked, key: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    asking.once(key, work, c.req.raw.signal);

  routes.get('/api/about', async (c) => {
    queryOf(c, []);
    const { catalog } = await desk.lake.current();
    const work = async (signal: AbortSignal): Promise<Bytes> => bytesOf(JSON.stringify(await listenersIn(desk.engine, signal)));
    const bytes = await asking.answer(`listeners ${catalog.version}`, work, c.req.raw.signal);
    const { firstPlayedOn, accounts } = JSON.parse(new TextDecoder().decode(bytes)) as Listeners;
    const answer: AboutAnswer = {
      version: desk.version,
      ...lakeHeading(app.config, accounts, clock.now()),
      now: clock.now().toISOString(),
      firstPlayedOn,
      catalogVersion: catalog.version,
      isDemo: desk.isDemo,
      covers: app.config.dashboard?.covers ?? false,
      needsLogin,
      schedule: desk.scheduled !== null,
    };
    return reply(c, answer);
  });

  routes.get('/api/pipeline', async (c) => {
    queryOf(c, []);
    const [{ status, freshness }, jobs] = await Promise.all([desk.standing(), desk.scheduled?.schedule.plan() ?? []]);
    const run = desk.work.live();
    const answer: PipelineAnswer = { status, freshness, run, jobs, logins: status.logins, findings: null };
    return reply(c, answer, { scrub });
  });

  routes.get('/api/runs', async (c) => {
    const { limit } = queryOf(c, ['limit']);
    const count = countOf(limit, 'limit', 50, MOST_RUNS);
    const runs: RunsAnswer = await shared(c, `runs ${count}`, () => newestSummaries({ store: app.store, clock }, count));
    return reply(c, runs, { scrub });
  });

  routes.get('/api/coverage', async (c) => {
    const { account = null } = queryOf(c, ['account']);
    const { catalog } = await desk.lake.current();
    const ask = async (signal: AbortSignal): Promise<Bytes> => {
      const coverage: CoverageAnswer = await app.coverage({ account, from: null, to: null }, signal);
      return bytesOf(jsonText(coverage));
    };
    const hour = Math.floor(clock.now().getTime() / HOUR_MS);
    const bytes = await asking.answer(JSON.stringify(['coverage', catalog.version, hour, account]), ask, c.req.raw.signal);
    return c.body(bytes, 200, { 'content-type': 'application/json; charset=utf-8' });
  });

  routes.get('/api/quarantine', async (c) => {
    const { stream = null, code = null, limit } = queryOf(c, ['stream', 'code', 'limit']);
    const filter = { stream, code, limit: countOf(limit, 'limit', 100, MOST_QUARANTINED) };
    const list: QuarantineAnswer = await shared(c, JSON.stringify(filter), (signal) => app.quarantined(filter, signal));
    return reply(c, list, { scrub });
  });

  routes.get('/api/quarantine/record', async (c) => {
    const { name = '', line, item } = queryOf(c, ['name', 'line', 'item']);
    const choice = { name, line: placeOf(line, 'line', 1), item: placeOf(item, 'item', 0) };
    const shown: QuarantineRecordAnswer = await app.showQuarantined(choice, c.req.raw.signal);
    return reply(c, shown, { scrub });
  });

  routes.get('/api/doctor', async (c) => {
    queryOf(c, []);
    const findings: DoctorAnswer = await shared(c, 'doctor', (signal) => app.doctor({ deep: false }, signal));
    return reply(c, findings, { scrub });
  });

  routes.get('/api/drift', async (c) => {
    queryOf(c, []);
    const drift: DriftAnswer = await shared(c, 'drift', (signal) => app.schemaDrift({ stream: null }, signal));
    return reply(c, drift, { scrub });
  });
}

const placeOf = (text: string | undefined, name: string, least: number): number | null => {
  if (text === undefined) return null;
  return countOf(String(Number(text) + 1 - least), name, 1, 1_000_000_000) - 1 + least;
};
