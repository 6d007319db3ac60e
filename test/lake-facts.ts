/** What two lakes are compared by. */
import { cp } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Scalar } from '../src/engines/engine.ts';
import { readRawLines } from '../src/landing/raw-reader.ts';
import type { App } from '../src/pipeline/app.ts';
import { TABLES } from '../src/tables/star-schema.ts';
import type { Table } from '../src/tables/table.ts';
import { never, newFolder, tableSums } from './sample-account.ts';

const LIMITS = { rows: 1_000_000, bytes: 1e9, ms: 60_000 };

export async function copyOf(lake: string): Promise<string> {
  const folder = newFolder();
  await cp(lake, folder, { recursive: true });
  return folder;
}

/** Every row of one of our own queries. */
export async function select(app: App, sql: string): Promise<readonly (readonly Scalar[])[]> {
  const [rows = []] = await selectAll(app, [sql]);
  return rows;
}

async function selectAll(app: App, queries: readonly string[]): Promise<readonly (readonly (readonly Scalar[])[])[]> {
  const engine = await app.engine();
  try {
    const answers: (readonly (readonly Scalar[])[])[] = [];
    for (const sql of queries) {
      const { batches } = await engine.query({ sql, params: {}, limits: LIMITS, trust: 'ours' }, never);
      const rows: (readonly Scalar[])[] = [];
      for await (const batch of batches) rows.push(...batch);
      answers.push(rows);
    }
    return answers;
  } finally {
    await engine.close();
  }
}

const OPERATIONS = TABLES.filter(({ kind }) => kind === 'operation').map(({ name }) => name);

/** Of all sums those of tables that do not say what happened when; with `less`, without these tables too. */
export function ofData(sums: readonly string[], less: readonly string[] = []): readonly string[] {
  const left = new Set([...OPERATIONS, ...less]);
  return sums.filter((sum) => !left.has(sum.split('/')[0] ?? ''));
}

export const dataSums = async (app: App, less: readonly string[] = []): Promise<readonly string[]> => ofData(await tableSums(app), less);

/** Columns that tell when it was looked, which no two accounts of the same events share, or how often. */
const WHEN = new Set(['seen_from', 'last_seen_at', 'removed_at', 'observed_at', 'observed_on', 'copy_count', 'evidence_id', 'play_id']);
const ABOUT_LOOKING = new Set(['looks', 'popularity', 'top_items']);

function saysWhat({ name, kind }: Table): boolean {
  return (kind === 'fact' || kind === 'dimension') && !ABOUT_LOOKING.has(name);
}

/** What the lake knows of the music and the listener, whenever it was looked: rows as text, per table. Stays that ended are left out. */
export async function knowledge(app: App): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables = TABLES.filter(saysWhat);
  const queries = tables.map((table) => {
    const names = table.columns.map(({ name }) => name);
    const open = names.includes('removed_at') ? 'where removed_at is null' : '';
    return `select ${names.filter((name) => !WHEN.has(name)).join(', ')} from ${table.name} ${open}`;
  });
  const answers = await selectAll(app, queries);
  return Object.fromEntries(tables.map(({ name }, at) => [name, (answers[at] ?? []).map((row) => JSON.stringify(row)).sort()]));
}

/** Catalog versions are 1, 2, 3, …; every landed object is in the tables, once. */
export async function expectWholeCatalog(app: App): Promise<void> {
  const versions: number[] = [];
  for await (const { key } of app.store.list('catalog/')) if (/^catalog\/\d{12}\.json$/.test(key)) versions.push(Number(key.slice(8, 20)));
  expect(versions).toEqual(versions.map((_, at) => at + 1));
  expect((await app.status()).pending).toBe(0);
  const consumed: string[] = [];
  for await (const { rawKey } of app.catalog.consumed(await app.catalog.current())) consumed.push(rawKey);
  const raw: string[] = [];
  for await (const { key } of app.store.list('raw/')) raw.push(key);
  expect(consumed.sort()).toEqual(raw.sort());
}

/** Every raw page is an answer that was received to its end: its JSON is whole and its length and checksum hold. */
export async function expectWholeRaw(app: App): Promise<number> {
  let lines = 0;
  for await (const { key } of app.store.list('raw/')) {
    if (!key.endsWith('.ndjson.gz')) continue;
    for await (const { text } of readRawLines(app.store, key)) {
      const line = JSON.parse(text) as { status: number; body?: unknown };
      expect(line.status === 304 || line.body !== undefined, `${key}: ${text.slice(0, 200)}`).toBe(true);
      lines += 1;
    }
  }
  return lines;
}
