import { newestSummaries } from '../../pipeline/run-history.ts';
import type { Desk } from './desk.ts';
import type { Traffic } from './traffic.ts';
import type { Routes } from './wire.ts';

type Labels = Readonly<Record<string, string | number>>;

interface Sample {
  readonly labels?: Labels;
  readonly value: number;
  /** What stands after the name of the metric, such as `_sum`. */
  readonly part?: string;
}

interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: readonly Sample[];
}

const label = (value: string | number): string => String(value).replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');

/** The text that Prometheus reads (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export function metricsText(metrics: readonly Metric[]): string {
  const line = (name: string, { labels = {}, value, part = '' }: Sample): string => {
    const said = Object.entries(labels).map(([key, one]) => `${key}="${label(one)}"`);
    return `${name}${part}${said.length === 0 ? '' : `{${said.join(',')}}`} ${value}\n`;
  };
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(
      ({ name, type, help, samples }) =>
        `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.map((one) => line(name, one)).join('')}`,
    )
    .join('');
}

const gauge = (name: string, help: string, samples: readonly Sample[] | number): Metric => ({
  ...{ name: `tonearm_${name}`, type: 'gauge', help },
  samples: typeof samples === 'number' ? [{ value: samples }] : samples,
});

const OUTCOMES = ['done', 'failed', 'deferred', 'cancelled'];

async function lakeMetrics(desk: Desk): Promise<readonly Metric[]> {
  const { app, clock } = desk;
  const [{ status, freshness, quarantined }, [last]] = await Promise.all([
    desk.standing(),
    newestSummaries({ store: app.store, clock }, 1),
  ]);
  const ages = freshness.flatMap(({ account, stream, ageMs }) =>
    ageMs === null ? [] : [{ labels: { account: account ?? '', stream: stream ?? '' }, value: ageMs / 1000 }],
  );
  const logins = status.logins.flatMap(({ account, expiresAt }) =>
    expiresAt === null ? [] : [{ labels: { account }, value: Math.round((Date.parse(expiresAt) - clock.now().getTime()) / 1000) }],
  );
  const lake = [
    gauge('catalog_version', 'Newest version of the catalog.', status.catalog.version),
    gauge(
      'table_rows',
      'Rows that a query sees.',
      status.tables.map(({ table, rows }) => ({ labels: { table }, value: rows })),
    ),
    gauge(
      'lake_table_bytes',
      'Bytes of the tables.',
      status.tables.reduce((sum, { bytes }) => sum + bytes, 0),
    ),
    gauge('raw_pending', 'Raw objects landed and in no table yet.', status.pending),
    gauge('quarantined_records', 'Records that could not be placed.', quarantined),
    gauge('newest_data_age_seconds', 'Age of the newest data of a stream.', ages),
    gauge('login_expires_seconds', 'Seconds until a login ends, by its date.', logins),
    gauge('paused', '1 while Spotify asked to be left alone.', status.deferred === null ? 0 : 1),
  ];
  if (last === undefined) return lake;
  const labels = { verb: last.verb };
  const seconds = (Date.parse(last.finishedAt) - Date.parse(last.startedAt)) / 1000;
  const isRefused = ({ error }: (typeof last.streams)[number]): boolean => ['rate_limited', 'quota_exceeded'].includes(error?.code ?? '');
  return [
    ...lake,
    gauge(
      'last_run_outcome',
      '1 for the outcome of the last run.',
      OUTCOMES.map((outcome) => ({ labels: { ...labels, outcome }, value: outcome === last.outcome ? 1 : 0 })),
    ),
    gauge('last_run_finished_timestamp_seconds', 'When the last run ended.', [{ labels, value: Date.parse(last.finishedAt) / 1000 }]),
    gauge('last_run_duration_seconds', 'How long the last run took.', [{ labels, value: seconds }]),
    gauge('last_run_requests', 'Answers of Spotify in the last run.', [
      { labels, value: last.streams.reduce((sum, { requests }) => sum + requests, 0) },
    ]),
    gauge('last_run_refused_streams', 'Streams that ended in a 429 in the last run.', [
      { labels, value: last.streams.filter(isRefused).length },
    ]),
  ];
}

function trafficMetrics(traffic: Traffic): readonly Metric[] {
  const routes = traffic.routes();
  return [
    {
      ...{ name: 'tonearm_spotify_responses_total', type: 'counter', help: 'Answers of Spotify to this process by status; 0: none came.' },
      samples: [...traffic.spotify()].map(([status, value]) => ({ labels: { status }, value })),
    },
    {
      ...{ name: 'tonearm_http_requests_total', type: 'counter', help: 'Requests to this server.' },
      samples: routes.flatMap(({ route, statuses }) => [...statuses].map(([status, value]) => ({ labels: { route, status }, value }))),
    },
    {
      ...{ name: 'tonearm_http_request_duration_seconds', type: 'histogram', help: 'Time until the answer began.' },
      samples: routes.flatMap(({ route, times }) => [
        ...times.atMost.map(({ seconds, count }) => ({ part: '_bucket', labels: { route, le: seconds }, value: count })),
        { part: '_bucket', labels: { route, le: '+Inf' }, value: times.count },
        { part: '_sum', labels: { route }, value: times.seconds },
        { part: '_count', labels: { route }, value: times.count },
      ]),
    },
  ];
}

export function addHealth(routes: Routes, desk: Desk): void {
  routes.get('/health/live', (c) => c.text('ok\n'));

  routes.get('/health/ready', async (c) => {
    try {
      await desk.lake.look();
      return c.text('ok\n');
    } catch (error) {
      desk.log.warn('the catalog could not be read', { cause: String(error) });
      return c.text('the catalog cannot be read\n', 503);
    }
  });

  routes.get('/metrics', async (c) => {
    const lake = await lakeMetrics(desk);
    const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
    return c.body(metricsText([...lake, ...trafficMetrics(desk.traffic)]), 200, headers);
  });
}
