import { createHash } from 'node:crypto';
import { PipelineError } from '../../kernel/errors.ts';
import { suggestion } from '../../kernel/nearest.ts';
import { reportSql } from '../../reports/report-sql.ts';
import { REPORTS } from '../../reports/reports.ts';
import type { ReportListing } from './answers.ts';
import type { Desk } from './desk.ts';
import { answered, downloadOf, fileNameOf, formatOf } from './report-download.ts';
import { type Asked, type Bytes, bytesOf, jsonText, type Routes, reply } from './wire.ts';

type Report = (typeof REPORTS)[number];

/** Every time zone has its midnight on one of these: within one, today is the same day everywhere. */
const QUARTER_MS = 15 * 60_000;

function reportOf(c: Asked): Report {
  const name = c.req.param('name') ?? '';
  const found = REPORTS.find((report) => report.name === name);
  if (found !== undefined) return found;
  const names = REPORTS.map((report) => report.name);
  throw new PipelineError(`there is no report ${name}`, {
    code: 'not_found',
    hint: suggestion(name, names) ?? 'GET /api/reports lists them.',
  });
}

/** What the address says, but for what is the surface's own. */
function paramsOf(c: Asked, own: readonly string[] = []): Readonly<Record<string, string>> {
  const all = Object.entries(c.req.queries()).filter(([name]) => !own.includes(name));
  const twice = all.find(([, values]) => values.length > 1)?.[0];
  if (twice !== undefined) throw new PipelineError(`${twice} comes more than once`, { code: 'usage', hint: 'Give it once.' });
  return Object.fromEntries(all.map(([name, [value = '']]) => [name, value]));
}

/** What the answer depends on: equal keys have equal answers. */
async function keyOf(desk: Desk, report: Report, params: Readonly<Record<string, string>>): Promise<string> {
  const { catalog, rules, run } = await desk.lake.current();
  const sorted = Object.entries(params).sort(([one], [other]) => (one < other ? -1 : 1));
  const time = Math.floor(desk.clock.now().getTime() / QUARTER_MS);
  const parts = [
    desk.version,
    catalog.version,
    catalog.rules,
    rules,
    report.reads.includes('runs') ? run : null,
    time,
    report.name,
    sorted,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

const listingOf = ({ name, question, coverage, content, whenEmpty, params }: Report): ReportListing => ({
  ...{ name, question, coverage, content, whenEmpty },
  params: Object.entries(params.shape).map(([param, type]) => ({ name: param, description: descriptionOf(type) })),
});

/** Of zod's `describe`, wherever in the making of the parameter it was said. */
const descriptionOf = (type: unknown): string =>
  typeof type === 'object' && type !== null && 'description' in type && typeof type.description === 'string' ? type.description : '';

export function addReports(routes: Routes, desk: Desk): void {
  routes.get('/api/reports', (c) => reply(c, REPORTS.map(listingOf)));

  routes.get('/api/reports/:name', async (c) => {
    const report = reportOf(c);
    const params = paramsOf(c);
    const key = await keyOf(desk, report, params);
    const etag = `W/"${key}"`;
    if (c.req.header('if-none-match') === etag) return c.body(null, 304, { etag });
    const work = async (signal: AbortSignal): Promise<Bytes> => bytesOf(jsonText(await answered(desk, report, params, signal)));
    const bytes = await desk.asking.answer(key, work, c.req.raw.signal);
    return c.body(bytes, 200, { 'content-type': 'application/json; charset=utf-8', etag });
  });

  routes.get('/api/reports/:name/sql', async (c) => {
    const params = paramsOf(c);
    await desk.app.refuseUnknown(params.account ?? null, c.req.raw.signal);
    const sql = reportSql(reportOf(c), params, desk.engine.dialect, desk.clock.now());
    return c.body(`${sql.trimEnd()}\n`, 200, { 'content-type': 'text/plain; charset=utf-8' });
  });

  routes.get('/api/reports/:name/download', async (c) => {
    const report = reportOf(c);
    const params = paramsOf(c, ['format']);
    const format = formatOf(c.req.query('format'));
    const key = `${format} ${await keyOf(desk, report, params)}`;
    const bytes = await desk.asking.once(key, (signal) => downloadOf(desk, report, params, format, signal), c.req.raw.signal);
    return c.body(bytes, 200, {
      'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/vnd.apache.parquet',
      'content-disposition': `attachment; filename="${fileNameOf(report.name, params)}.${format}"`,
    });
  });
}
