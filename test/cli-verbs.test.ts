import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBytes } from '../src/landing/object-bytes.ts';
import { createTestCli, ensureBuilt, type Said, savedTracksPage, type TestCli } from '../src/surfaces/cli/testing.ts';
import { never, newFolder, sampleAccount } from './sample-account.ts';

const SMALL = { artists: 20, joinedOn: '2025-12-01' };
const TOKEN = `AQ${'y'.repeat(120)}`;
const documentOf = ({ stdout }: Said) => JSON.parse(stdout);

describe('plan', () => {
  const streams = ['saved_tracks', 'recently_played', 'profile'];

  it('asks nothing, changes nothing, and says what the next run then asks', async () => {
    const sample = sampleAccount({ ...SMALL, mode: 'development', streams });
    await sample.app.run({ accounts: [], streams: [] }, never);
    sample.clock.advance(24 * 60 * 60 * 1000);
    const asked = () => sample.simulator.requests().filter(({ path }) => path.startsWith('/v1')).length;
    const before = asked();
    const files = await readdir(sample.config.lake, { recursive: true });
    const plan = await sample.app.plan({ accounts: [], streams: [] });
    expect(asked()).toBe(before);
    expect(await readdir(sample.config.lake, { recursive: true })).toEqual(files);
    expect(plan).toMatchObject({ rebuild: null, build: { rawObjects: 0 }, loginNeeded: [] });
    expect(plan.streams.map(({ stream }) => stream).sort()).toEqual(streams.toSorted());

    await sample.app.run({ accounts: [], streams: [] }, never);
    const made = asked() - before;
    expect(made).toBeGreaterThanOrEqual(plan.total.requests);
    expect(made).toBeLessThanOrEqual(plan.total.atMost ?? 0);
  });

  it('says that all tables would be made anew under other rules, and how many raw objects that reads', async () => {
    const { app } = sampleAccount({ ...SMALL, mode: 'development', streams: ['saved_tracks'] });
    await app.run({ accounts: [], streams: [] }, never);
    const bytes = await readBytes(app.store, 'catalog/000000000001.json');
    const older = { ...JSON.parse(String(bytes)), version: 2, rules: 0 };
    await app.store.create('catalog/000000000002.json', new TextEncoder().encode(JSON.stringify(older)));
    const plan = await app.plan({ accounts: [], streams: [] });
    expect(plan.rebuild).toMatch(/^rules 0 are now \d+$/);
    expect(plan.build.rawObjects).toBeGreaterThan(0);
  });
});

describe('quarantine', () => {
  let cli: TestCli;
  beforeAll(async () => {
    cli = await createTestCli();
    const page = savedTracksPage(['one', 'two', 'three'])
      .replace('"duration_ms":251001', `"duration_ms":"long","preview":"${TOKEN}","api_token":"short","rtl":"a\\u202eb\\u001b[31m"`)
      .replace('"name":"three"', '"name":3');
    await writeFile(join(cli.folder, 'saved.json'), page);
    await writeFile(join(cli.folder, 'odd.json'), `{"nonsense": "${'long '.repeat(40_000)}"}`);
    await writeFile(join(cli.folder, 'broken.json'), `[1, 2 \u001b[31m, "bearer ${TOKEN}"`);
    await cli.run('import --quiet saved.json odd.json broken.json');
  });
  afterAll(() => cli.remove());

  it('is listed with the reason and the place of each fault, by stream and code', async () => {
    const all = documentOf(await cli.run('quarantine list --json'));
    expect(all.total).toEqual({ faults: 4, records: 4 });
    const some = documentOf(await cli.run('quarantine list --stream saved_tracks --code wrong_type --json'));
    expect(some.rows).toMatchObject([
      { code: 'wrong_type', field: 'items.track.duration_ms', file: 'saved.json', line: 1, item: 1 },
      { code: 'wrong_type', field: 'items.track.name', file: 'saved.json', line: 1, item: 2 },
    ]);
    const first = await cli.run('quarantine --limit 1');
    expect(first.stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(first.stderr).toBe('1 of 4 faults; --limit shows more\n');
    expect((await cli.run('quarantine --code nope')).stdout).toBe('nothing is in quarantine\n');
  });

  it('fits a terminal: a table in a wide one, two lines a fault in a narrow one, names whole in both', async () => {
    const wide = await cli.run('quarantine list', { columns: 120, env: { NO_COLOR: '1' } });
    expect(Math.max(...wide.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(wide.stdout).toMatch(/^wrong_type +items\.track\.duration_ms +expected .+ saved\.json +1 +1$/m);
    const narrow = await cli.run('quarantine list', { columns: 80, env: { NO_COLOR: '1' } });
    expect(narrow.stdout).toContain('saved.json, item 1\n  wrong_type items.track.duration_ms: expected number, found string "long"\n');
  });

  it('shows the record itself, without what looks like a token, and with control characters written out', async () => {
    const { stdout, exitCode } = await cli.run('quarantine show saved.json --item 1');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^saved\.json, item 1 \(saved_tracks, account me\)\n {2}wrong_type items\.track\.duration_ms: /);
    expect(stdout).toContain(
      '"duration_ms": "long",\n    "preview": "[hidden]",\n    "api_token": "[hidden]",\n    "rtl": "a\\u202eb\\u001b[31m"',
    );
    expect(stdout).not.toContain('"one"');
    const both = documentOf(await cli.run('quarantine show saved.json --json'));
    expect(both.documents).toHaveLength(2);
  });

  it('shows no more than 64 kB, and what is no JSON as text', async () => {
    const { documents } = documentOf(await cli.run('quarantine show odd.json --json'));
    expect(documents).toMatchObject([{ record: { form: 'json', isCut: true } }]);
    expect(Buffer.byteLength(documents[0].record.text)).toBeLessThanOrEqual(64 * 1024);
    const broken = documentOf(await cli.run('quarantine show broken.json --json'));
    expect(broken.documents).toMatchObject([{ record: { form: 'text', text: '[1, 2 \\u001b[31m, "[hidden]"', isCut: false } }]);
  });

  it('is judged again under the present contract: what now fits leaves, the rest stays', async () => {
    const stays = documentOf(await cli.run('quarantine replay --json'));
    expect(stays.replayed).toMatchObject({ before: 4, left: 0, stay: 4, added: 0 });
    // Raw never changes; here it does, in place of a contract that grew milder.
    await writeFile(join(cli.folder, 'later.json'), savedTracksPage(['four']).replace('"duration_ms":251000', '"duration_ms":"x"'));
    await cli.run('import --quiet later.json');
    const { rows } = documentOf(await cli.run('quarantine list --json'));
    const { rawKey } = rows.find(({ file }: { file: string }) => file === 'later.json');
    await writeFile(join(cli.folder, 'lake', rawKey), gzipSync(savedTracksPage(['four'])));
    const leaves = documentOf(await cli.run('quarantine replay --json'));
    expect(leaves.replayed).toMatchObject({ before: 5, left: 1, stay: 4, added: 0 });
    expect(leaves.replayed.codes).toContainEqual({ code: 'wrong_type', before: 3, left: 1, stay: 2 });
  });
});

describe('export', () => {
  let cli: TestCli;
  beforeAll(async () => {
    cli = await createTestCli();
    await writeFile(join(cli.folder, 'saved.json'), savedTracksPage(['群青日和', 'Song, "two"']));
    await cli.run('import --quiet saved.json');
  });
  afterAll(() => cli.remove());

  it('writes a table to the file named, in the format that its name says, and counts its rows', async () => {
    const { files, catalogVersion } = documentOf(await cli.run('export songs --to new/folder/songs.csv --json'));
    expect(files).toMatchObject([{ table: 'songs', rows: 0 }]);
    expect(catalogVersion).toBe(1);
    expect(documentOf(await cli.run('export tracks --to tracks.ndjson --json'))).toMatchObject({ format: 'json', files: [{ rows: 2 }] });
    const names = (await readFile(join(cli.folder, 'tracks.ndjson'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).name);
    expect(names).toEqual(['群青日和', 'Song, "two"']);
  });

  it('replaces nothing without --force, and then the whole file', async () => {
    await writeFile(join(cli.folder, 'mine.csv'), 'mine');
    const said = await cli.run('export tracks --to mine.csv');
    expect(said).toMatchObject({ exitCode: 2, stdout: '' });
    expect(said.stderr).toContain('mine.csv is there already');
    expect(await readFile(join(cli.folder, 'mine.csv'), 'utf8')).toBe('mine');
    expect((await cli.run('export tracks --to mine.csv --force')).exitCode).toBe(0);
    expect(await readFile(join(cli.folder, 'mine.csv'), 'utf8')).toContain('"Song, ""two"""');
  });

  it('writes every table and view into a folder; one file that is there stops all', async () => {
    const { files } = documentOf(await cli.run('export --all --to all --json'));
    const tables = documentOf(await cli.run('tables --json')).tables.map(({ table }: { table: string }) => table);
    expect((await readdir(join(cli.folder, 'all'))).sort()).toEqual(tables.map((table: string) => `${table}.parquet`).sort());
    expect(files.map(({ table }: { table: string }) => table)).toEqual(tables);
    await mkdir(join(cli.folder, 'some'));
    await writeFile(join(cli.folder, 'some', 'tracks.csv'), 'mine');
    expect((await cli.run('export --all --to some --format csv')).exitCode).toBe(2);
    expect(await readdir(join(cli.folder, 'some'))).toEqual(['tracks.csv']);
  });

  it('writes nothing into the lake, and says where it cannot write', async () => {
    expect((await cli.run('export tracks --to lake/tables/tracks.csv')).stderr).toContain('lies inside the lake');
    const blocked = await cli.run('export tracks --to saved.json/tracks.csv --json');
    expect(blocked.exitCode).toBe(1);
    expect(documentOf(blocked).error).toMatchObject({ code: 'storage', message: expect.stringContaining('cannot write') });
  });
});

describe('schema diff', () => {
  it('tells which fields went and came when the app was moved between the two surfaces of the Web API', async () => {
    const lake = newFolder();
    const streams = ['saved_tracks', 'recently_played'];
    const runIn = async (mode: 'development' | 'extended', days: number) => {
      const sample = sampleAccount({ ...SMALL, mode, lake, streams });
      sample.clock.advance(days * 24 * 60 * 60 * 1000);
      await sample.app.run({ accounts: [], streams: [] }, never);
      return sample.app;
    };
    const first = await runIn('extended', 0);
    expect(await first.schemaDrift({ stream: 'saved_tracks' }, never)).toMatchObject([{ rawObjects: 1, vanished: [], appeared: [] }]);
    const app = await runIn('development', 2);
    const [saved] = await app.schemaDrift({ stream: 'saved_tracks' }, never);
    expect(saved).toMatchObject({
      earlier: { firstDay: '2026-03-02' },
      recent: { firstDay: '2026-03-04' },
      gone: ['items[].track.popularity'],
    });
    const vanished = saved?.vanished.find(({ path }) => path === 'items[].track.popularity');
    expect(vanished).toMatchObject({ isRead: true, seen: { firstDay: '2026-03-02', lastDay: '2026-03-02' } });
    expect(vanished?.seen.count).toBe(vanished?.seen.of);

    const back = await runIn('extended', 4);
    const [recent] = await back.schemaDrift({ stream: 'recently_played' }, never);
    expect(recent?.rawObjects).toBe(3);
    // Two of three raw objects are recent: one of them has it again.
    expect(recent?.gone).toEqual([]);
  });
});

describe('schema diff of imported files', () => {
  let cli: TestCli;
  beforeAll(async () => {
    cli = await createTestCli();
  });
  afterAll(() => cli.remove());

  it('takes an empty list for no evidence, and goes by the date of the file, not of its import', async () => {
    const page = (items: readonly unknown[]): string => JSON.stringify({ ...JSON.parse(savedTracksPage([])), items, total: items.length });
    const [item] = JSON.parse(savedTracksPage(['one'])).items;
    await writeFile(join(cli.folder, 'spotify_raw_2024-03-01.json'), page([]));
    await writeFile(join(cli.folder, 'spotify_raw_2024-01-01.json'), page([item, { ...item, track: null }]));
    await cli.run('import --quiet spotify_raw_2024-03-01.json spotify_raw_2024-01-01.json');
    const diff = async () => documentOf(await cli.run('schema diff --stream saved_tracks --json')).streams[0];
    expect(await diff()).toMatchObject({
      vanished: [],
      appeared: [],
      earlier: { lastDay: '2024-01-01' },
      recent: { lastDay: '2024-03-01' },
    });

    const { duration_ms: gone, ...track } = item.track;
    expect(gone).toBeGreaterThan(0);
    await writeFile(join(cli.folder, 'spotify_raw_2024-04-01.json'), page([{ ...item, track: { ...track, mood: { name: 'calm' } } }]));
    await cli.run('import --quiet spotify_raw_2024-04-01.json');
    const { vanished, appeared, gone: read } = await diff();
    expect(vanished.map(({ path }: { path: string }) => path)).toEqual(['items[].track.duration_ms']);
    expect(vanished[0].seen).toEqual({ count: 1, of: 1, firstDay: '2024-01-01', lastDay: '2024-01-01' });
    expect(appeared.map(({ path }: { path: string }) => path)).toEqual(['items[].track.mood', 'items[].track.mood.name']);
    expect(read).toEqual(['items[].track.duration_ms']);
    const { stdout } = await cli.run('schema diff', { columns: 80, env: { NO_COLOR: '1' } });
    expect(stdout).toContain('-  items[].track.duration_ms  2024-01-01 and 2024-04-01  100 %  read by tables\n');
    expect(stdout).toContain('+  items[].track.mood         2024-01-01 and 2024-04-01  100 %  and 1 below\n');
    expect(stdout).toContain(
      'gone, and read by the tables: last values stay where all of a group is gone, else newer answers have null:\n  items[].track.duration_ms\n',
    );
  });
});

describe('the program itself', () => {
  const run = promisify(execFile);
  const bin = join(import.meta.dirname, '..', 'bin', 'tonearm.mjs');
  let cli: TestCli;
  beforeAll(async () => {
    await ensureBuilt();
    cli = await createTestCli();
    await writeFile(
      join(cli.folder, 'saved.json'),
      savedTracksPage(['one', 'two']).replace('"duration_ms":251001', '"duration_ms":"long"'),
    );
  });
  afterAll(() => cli.remove());
  const tonearm = async (...argv: readonly string[]): Promise<Said> => {
    const options = { cwd: cli.folder, env: {} };
    return run(process.execPath, [bin, ...argv], options).then(
      ({ stdout, stderr }) => ({ exitCode: 0, stdout, stderr }),
      ({ code, stdout, stderr }) => ({ exitCode: code, stdout, stderr }),
    );
  };

  it('ends with the exit code of the command, its result on stdout and all else on stderr', async () => {
    const imported = await tonearm('--json', 'import', 'saved.json', '--strict');
    expect(imported).toMatchObject({ exitCode: 3, stderr: '' });
    expect(documentOf(imported)).toMatchObject({ exitCode: 3, total: { read: 2, kept: 1, quarantined: 1 } });
    const asked = await tonearm('query', 'select name from tracks');
    expect(asked).toEqual({ exitCode: 0, stdout: 'name\none\n', stderr: '1 row\n' });
    expect(await tonearm('query', 'select nope from tracks')).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('error: '),
    });
  });

  it('writes nothing to stderr where its reader goes away', async () => {
    const line = `"${process.execPath}" "${bin}" query "select * from range(200000)" --limit 200000 --format csv | head -n 2`;
    const { stdout, stderr } = await run('sh', ['-c', line], { cwd: cli.folder });
    expect({ stdout, stderr }).toEqual({ stdout: 'range\n0\n', stderr: '' });
  });
});
