import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableNamed } from '../../tables/star-schema.ts';
import { duckDbType } from '../../tables/stored.ts';
import { createSampleLake, type SampleLake } from '../testing.ts';
import { type ExportFormat, openTableCopies } from './export.ts';

const never = new AbortController().signal;
const ODD = [
  'plain',
  '',
  null,
  'a,b',
  'say "hi"',
  'two\nlines',
  'cr\r\nlf',
  '東京 🎧',
  ' spaces ',
  'NULL',
  '\\N',
  "'; drop",
  '1e5',
  'true',
];

let folder: string;
/** Its name holds what SQL quotes. */
let out: string;
let lake: SampleLake;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tonearm-export-'));
  out = join(folder, "it's out");
  await mkdir(out);
  lake = await createSampleLake(join(folder, 'lake'));
  await lake.add(
    'plays',
    ODD.map((text, at) => ({
      play_id: `p${String(ODD.length - at).padStart(2, '0')}`,
      account_id: 'me',
      ended_at: `2026-01-0${(at % 9) + 1} 10:00:00.00000${at % 10}`,
      ms_played: at % 2 === 0 ? 9_007_199_254_740_993n.toString() : null,
      kind: 'track',
      track_name: text,
      is_skipped: at % 3 === 0 ? null : at % 3 === 1,
      confidence: 'certain',
      source: 'export',
      evidence_count: 1,
      _observed_at: '2026-02-01 00:00:00',
    })),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const open = () => openTableCopies({ ...lake, tempDir: join(folder, 'spill'), memoryLimit: '500MB', threads: 1 });

async function rowsOf(sql: string): Promise<readonly unknown[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(sql);
  const rows = reader.getRowsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

const shape = tableNamed('plays').columns.map(({ name, type }) => `"${name}": '${duckDbType(type)}'`);
const READERS: Readonly<Record<ExportFormat, (path: string) => string>> = {
  parquet: (path) => `read_parquet('${path}')`,
  csv: (path) => `read_csv('${path}', header = true, nullstr = '', allow_quoted_nulls = false, columns = {${shape.join(', ')}})`,
  json: (path) => `read_json('${path}', format = 'newline_delimited', records = true, columns = {${shape.join(', ')}})`,
};

describe('an exported table', () => {
  it.each(['parquet', 'csv', 'json'] as const)('reads back equal from %s, in the order of its key', async (format) => {
    const path = join(out, `plays.${format}`);
    const copies = await open();
    expect(await copies.copy('plays', path, format, never)).toBe(ODD.length);
    copies.close();
    const [file] = (await lake.catalog.current()).partitions.flatMap(({ files }) => files);
    const shown = tableNamed('plays')
      .columns.map(({ name }) => `"${name}"`)
      .join(', ');
    const stored = `read_parquet('${join(lake.folder, file?.key ?? '').replaceAll("'", "''")}')`;
    const expected = await rowsOf(`select ${shown} from ${stored} order by play_id`);
    expect(expected).toHaveLength(ODD.length);
    expect(await rowsOf(`select ${shown} from ${READERS[format](path.replaceAll("'", "''"))}`)).toEqual(expected);
  });

  it('tells null from an empty text in CSV, and writes times as UTC', async () => {
    const path = join(out, 'told.csv');
    const copies = await open();
    await copies.copy('plays', path, 'csv', never);
    copies.close();
    const text = await readFile(path, 'utf8');
    expect(text).toMatch(/^play_id,account_id,ended_at,/);
    const columns = tableNamed('plays').columns.map(({ name }) => name);
    const named = (id: string) =>
      text
        .split('\n')
        .find((line) => line.startsWith(`${id},`))
        ?.split(',') ?? [];
    expect(named('p13')[columns.indexOf('track_name')]).toBe('""');
    expect(named('p12')[columns.indexOf('track_name')]).toBe('');
    expect(named('p13')[columns.indexOf('ended_at')]).toBe('2026-01-02T10:00:00.000001Z');
  });

  it('is a whole file for a table without rows, and for a view', async () => {
    const copies = await open();
    for (const format of ['parquet', 'csv', 'json'] as const) {
      expect(await copies.copy('playlists', join(out, `none.${format}`), format, never)).toBe(0);
      expect(await copies.copy('runs', join(out, `runs.${format}`), format, never)).toBe(0);
    }
    copies.close();
    expect(await rowsOf(`select count(*) from read_parquet('${join(out, 'none.parquet').replaceAll("'", "''")}')`)).toEqual([['0']]);
    expect(await readFile(join(out, 'none.csv'), 'utf8')).toMatch(/^playlist_id,.*\n$/);
    expect(await readFile(join(out, 'none.json'), 'utf8')).toBe('');
  });

  it('says which file of the lake is damaged', async () => {
    const damaged = await createSampleLake(join(folder, 'damaged'));
    const key = await damaged.add('artists', [{ artist_id: 'a' }]);
    await rm(join(damaged.folder, key));
    await expect(openTableCopies({ ...damaged, tempDir: folder, memoryLimit: '500MB', threads: 1 })).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining(key),
    });
  });
});
