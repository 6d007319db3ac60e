import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Scalar } from '../src/engines/engine.ts';
import { createVirtualClock } from '../src/kernel/clock.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import { TABLES } from '../src/tables/star-schema.ts';
import { never, newFolder, SILENT } from './sample-account.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
const LIMITS = { rows: 10_000, bytes: 10_000_000, ms: 60_000 };

const cell = (value: Scalar): string => {
  if (value === null) return '';
  const text = String(value);
  return text === '' || /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** An imported folder of bare answers as every table that it fills, as CSV; run ids and times of landing are no part of it. */
async function goldenTables(folder: string): Promise<ReadonlyMap<string, string>> {
  const clock = createVirtualClock(new Date('2026-03-02T12:00:00Z'));
  const config = {
    lake: newFolder(),
    spotify: {
      apiUrl: 'https://api.spotify.com/v1',
      accountsUrl: 'https://accounts.spotify.com',
      clientId: null,
      clientSecret: null,
      maxRetryAfterMs: 60_000,
    },
    credentials: null,
    accounts: [{ name: 'me', refreshToken: null, timeZone: 'UTC', streams: [] }],
    watch: null,
    openLineage: null,
    retention: { web_api: null, export: null, sample: null },
    enrichment: { requestsPerRun: 0 },
    memoryLimit: '1GB',
    threads: 2,
    logLevel: 'silent',
  } as const;
  const app = createApp(config, { clock, log: SILENT, fetch, progress: () => undefined });
  const summary = await app.importFiles([folder], { account: null }, never);
  expect(summary.outcomes).toEqual([]);
  const engine = await app.engine();
  const tables = new Map<string, string>();
  for (const { name, columns } of TABLES) {
    if (['runs', 'run_streams', 'checks'].includes(name)) continue;
    const shown = columns.map((column) => column.name).join(', ');
    const result = await engine.query(
      { sql: `select ${shown} from ${name} order by all`, params: {}, limits: LIMITS, trust: 'ours' },
      never,
    );
    const lines: string[] = [];
    for await (const batch of result.batches) for (const row of batch) lines.push(row.map(cell).join(','));
    if (lines.length > 0) tables.set(name, `${[shown.replaceAll(', ', ','), ...lines].join('\n')}\n`);
  }
  await engine.close();
  await app.close();
  return tables;
}

describe.each([
  ['web-api/development', 'development'],
  ['web-api/extended', 'extended'],
  ['account-data', 'account-data'],
])('the golden tables of %s', (inputs, golden) => {
  it('come out of the hand-made inputs', async () => {
    const tables = await goldenTables(join(FIXTURES, inputs));
    for (const [name, csv] of tables) await expect(csv).toMatchFileSnapshot(join(FIXTURES, 'golden', golden, `${name}.csv`));
    await expect([...tables.keys()].sort()).toMatchFileSnapshot(join(FIXTURES, 'golden', golden, 'tables.txt'));
  });
});
