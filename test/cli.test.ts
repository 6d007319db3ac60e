import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { createTestCli, ensureBuilt, type Said, savedTracksPage, type TestCli } from '../src/surfaces/cli/testing.ts';
import { sampleSpotify } from './sample-spotify.ts';

const TOKEN = `BQ${'x'.repeat(120)}`;

const RUN = 'run --stream saved_tracks recently_played';
const documentOf = ({ stdout }: Said) => JSON.parse(stdout);

async function bytesUnder(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const bytes = await readFile(join(entry.parentPath, entry.name));
        return String(entry.name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
      }),
  );
  return texts.join('\n');
}

describe('an import of whatever lies in a folder', () => {
  let cli: TestCli;
  const inbox = (name: string): string => join(cli.folder, 'inbox', name);
  beforeAll(async () => {
    await ensureBuilt();
    cli = await createTestCli();
    await mkdir(inbox('nested'), { recursive: true });
    const saved = savedTracksPage(['群青日和', 'Song, two']);
    const packed = gzipSync(savedTracksPage(['cut off']));
    await writeFile(inbox('cut.json.gz'), packed.subarray(0, packed.length - 20));
    await writeFile(inbox('cut.json'), saved.slice(0, saved.indexOf('"album"') - 1));
    await writeFile(inbox('invalid.json'), '{"items": [1, 2,, 3]}');
    await writeFile(inbox('lone.json'), savedTracksPage(['A', 'B', 'C']).replace('"name":"B"', '"name":"\\ud83d"'));
    await writeFile(inbox('empty.json'), '');
    await writeFile(inbox('wrong.json'), savedTracksPage(['D', 'E', 'F']).replace('"duration_ms":251001', '"duration_ms":"long"'));
    await writeFile(inbox('token.json'), JSON.stringify({ access_token: TOKEN, token_type: 'Bearer', expires_in: 3600 }));
    await writeFile(inbox('token-cut.json'), `{"access_token": "${TOKEN}", "token_ty`);
    await writeFile(inbox('.env'), `TONEARM_REFRESH_TOKEN=${TOKEN}\n`);
    await writeFile(inbox('nested/saved.json'), saved);
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from(saved.replaceAll('track0', 'track9')), 'in/zip.json');
    zip.addBuffer(Buffer.from('no json'), 'in/notes.txt');
    zip.end();
    await pipeline(zip.outputStream, createWriteStream(inbox('more.zip')));
  });
  afterAll(() => cli.remove());

  it('keeps what is sound, sets aside what is not, refuses secrets, and the numbers add up', async () => {
    const said = await cli.run('--lake inbox/lake --json import inbox');
    expect(said).toMatchObject({ exitCode: 0, stderr: '' });
    const summary = documentOf(said);
    const outcomes = Object.fromEntries(
      summary.files.map(({ name, outcome, kept, quarantined }: Record<string, unknown>) => [name, `${outcome} ${kept}+${quarantined}`]),
    );
    expect(outcomes).toEqual({
      'inbox/.env': 'refused 0+0',
      'inbox/cut.json': 'quarantined 0+1',
      'inbox/cut.json.gz': 'quarantined 0+1',
      'inbox/empty.json': 'quarantined 0+1',
      'inbox/invalid.json': 'quarantined 0+1',
      'inbox/lone.json': 'landed 2+1',
      'inbox/more.zip!in/notes.txt': 'quarantined 0+1',
      'inbox/more.zip!in/zip.json': 'landed 2+0',
      'inbox/nested/saved.json': 'landed 2+0',
      'inbox/token-cut.json': 'refused 0+0',
      'inbox/token.json': 'refused 0+0',
      'inbox/wrong.json': 'landed 2+1',
    });
    const notes = summary.files.map(({ name, note }: Record<string, string | null>) => `${name} ${note}`);
    for (const said of [
      'cut.json truncated:',
      'cut.json.gz truncated:',
      'invalid.json not_json:',
      'empty.json empty:',
      'notes.txt not_json:',
    ]) {
      expect(notes).toContainEqual(expect.stringContaining(said));
    }
    const { read, kept, merged, duplicate, filtered, quarantined } = summary.total;
    expect({ read, quarantined }).toEqual({ read: 15, quarantined: 7 });
    expect(kept + merged + duplicate + filtered + quarantined).toBe(read);
  });

  it('has stored no token', async () => {
    const stored = await bytesUnder(inbox('lake'));
    expect(stored).toContain('群青日和');
    expect(stored).not.toContain(TOKEN.slice(0, 40));
  });

  it('twice changes nothing, though the lake lies in the folder', async () => {
    const before = documentOf(await cli.run('--lake inbox/lake --json status'));
    const again = documentOf(await cli.run('--lake inbox/lake --json import inbox'));
    expect(new Set(again.files.map(({ outcome }: { outcome: string }) => outcome))).toEqual(new Set(['known', 'refused']));
    expect(again.total.read).toBe(0);
    expect(await cli.run('--lake inbox/lake import inbox --strict')).toMatchObject({ exitCode: 3 });
    for (const named of ['inbox/token.json', 'inbox/nested inbox/token.json --strict']) {
      expect(await cli.run(`--lake inbox/lake import ${named}`)).toMatchObject({
        exitCode: 2,
        stdout: expect.stringMatching(/import done.*bad_input: 1 file is not in the tables: token\.json\n {2}next: /s),
      });
    }
    const after = documentOf(await cli.run('--lake inbox/lake --json status'));
    expect(after.catalog.version).toBe(before.catalog.version);
    expect(after.tables).toEqual(before.tables);
  });

  it('ends with 3 under --strict where a record was quarantined, and with 0 where none was', async () => {
    expect((await cli.run('--lake strict --quiet import inbox/wrong.json --strict')).exitCode).toBe(3);
    expect((await cli.run('--lake strict --quiet import inbox/nested --strict')).exitCode).toBe(0);
  });

  it('names a path that does not exist, and lands nothing of the others', async () => {
    const said = await cli.run('--lake none --json import missing.json');
    expect(said).toMatchObject({ exitCode: 2, stderr: '' });
    expect(documentOf(said).error).toMatchObject({ code: 'bad_input', message: expect.stringContaining('missing.json does not exist') });
  });
});

describe('what is asked wrongly', () => {
  let cli: TestCli;
  beforeAll(async () => {
    await ensureBuilt();
    cli = await createTestCli();
  });
  afterAll(() => cli.remove());

  it.each([
    ['report nope', 'report nope'],
    ['tables nope', 'table nope'],
    ['export nope --to x.csv', 'table nope'],
    ['query select+*+from+nope', 'nope'],
    ['query selec+1', 'selec'],
    ['plan --stream nope', 'nope'],
    ['plan --account nope', 'nope'],
    ['schema diff --stream nope', 'nope'],
    ['quarantine show nope', 'nope'],
    ['quarantine list --limit x', '--limit'],
    ['export tracks --to x.xls', 'x.xls'],
    ['export tracks --all --to x/', '--all'],
    ['export --to x/', 'which table'],
    ['export evidence --out x --account nope', 'account nope'],
    ['plays 2024 --account nope', 'account nope'],
    ['plays 2024-03..2024-01', '2024-03..2024-01'],
    ['report top-tracks --from 2024-03-02 --to 2024-03-01', 'before it'],
    ['coverage --from 2024-03-02 --to 2024-03-01', 'before it'],
    ['rules add exclude --from 2024-03-02 --to 2024-03-01', 'span'],
    ['rules add exclude --from 2024-03-02T18:00:00Z --to 2024-03-02T10:00:00Z', 'span'],
    ['report top-tracks --account nope', 'account nope'],
    ['coverage --account nope', 'account nope'],
    ['rules --account nope', 'account nope'],
    ['rules add exclude --artist x --account nope', 'account nope'],
    ['why plays account_id=nope', 'nope'],
    ['import . --new-account', '--new-account'],
  ])('`%s` ends with 2, on stderr alone, and as JSON on stdout alone', async (line, named) => {
    const argv = line.split(' ').map((word) => word.replaceAll('+', ' '));
    const plain = await cli.run(argv);
    expect(plain).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(named) });
    const json = await cli.run([...argv, '--json']);
    expect(json).toMatchObject({ exitCode: 2, stderr: '' });
    expect(documentOf(json).error).toMatchObject({ exitCode: 2, message: expect.stringContaining(named) });
  });

  it('names all three mistakes of a config', async () => {
    await writeFile(join(cli.folder, 'three.yaml'), 'threads: none\nlkae: ./x\naccounts: [{ name: Me, time_zone: UTC }]\n');
    const { exitCode, stdout, stderr } = await cli.run('--config three.yaml run');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    for (const named of ['three.yaml:1', 'three.yaml:2', 'three.yaml:3', 'lake?', 'accounts[0].name']) expect(stderr).toContain(named);
  });
});

describe('a run', () => {
  let cli: TestCli;
  beforeAll(async () => {
    await ensureBuilt();
    cli = await createTestCli();
  });
  afterAll(() => cli.remove());

  it('without a login ends with 4', async () => {
    const said = await cli.run(`--json --lake four ${RUN}`, { env: { TONEARM_CLIENT_ID: 'abc' } });
    expect(said).toMatchObject({ exitCode: 4, stderr: '' });
    expect(documentOf(said)).toMatchObject({ exitCode: 4, outcomes: [{ code: 'login_needed', exitCode: 4 }] });
  });

  it('ends with 5 at a Retry-After beyond the cap, says when to come back, and does not wait for it', async () => {
    const { simulator, effects } = sampleSpotify();
    simulator.faults.add({ kind: 'rate_limit', match: '/me/tracks', retryAfterSeconds: 7200, times: null });
    const said = await cli.run(`--json --lake five run --stream saved_tracks`, effects);
    expect(said).toMatchObject({ exitCode: 5, stderr: '' });
    expect(documentOf(said)).toMatchObject({
      outcome: 'deferred',
      outcomes: [{ code: 'rate_limited', exitCode: 5, retryAt: '2026-03-02T14:00:00.000Z' }],
    });
    expect(effects.clock.now().getTime()).toBeLessThan(Date.parse('2026-03-02T12:05:00Z'));
    const { stdout } = await cli.run(`--lake five-in-words run --stream saved_tracks`, effects);
    expect(stdout).toMatch(/come back: 2026-03-02T14:0/);
  });

  it('stopped by Ctrl-C leaves the lake readable, and the next run brings the same tables as an undisturbed one', async () => {
    const { effects } = sampleSpotify();
    const stop = new AbortController();
    let asked = 0;
    const interrupted: typeof fetch = async (input, init) => {
      asked += 1;
      if (asked === 4) stop.abort();
      return effects.fetch(input, init);
    };
    const stopped = await cli.run(`--json --lake stopped ${RUN}`, { ...effects, fetch: interrupted, signal: stop.signal });
    expect(stopped).toMatchObject({ exitCode: 1, stderr: '' });
    expect(documentOf(stopped)).toMatchObject({ outcome: 'cancelled', catalogVersion: null });
    expect(new Set(documentOf(stopped).outcomes.map(({ code }: { code: string }) => code))).toEqual(new Set(['cancelled']));
    expect((await cli.run('--lake stopped status')).exitCode).toBe(0);
    expect((await cli.run('--lake stopped --json export plays --to stopped.csv')).exitCode).toBe(0);

    const ask = async (lake: string): Promise<unknown> => {
      expect((await cli.run(`--quiet --lake ${lake} ${RUN}`, effects)).exitCode).toBe(0);
      for (const table of ['plays', 'saved_items', 'tracks'])
        await cli.run(`--lake ${lake} export ${table} --force --to ${lake}-${table}.csv`);
      return Promise.all(['plays', 'saved_items', 'tracks'].map((table) => readFile(join(cli.folder, `${lake}-${table}.csv`), 'utf8')));
    };
    expect(await ask('stopped')).toEqual(await ask('undisturbed'));
  });

  it('is not half visible to queries that are asked while it writes', async () => {
    const { effects } = sampleSpotify();
    await writeFile(join(cli.folder, 'saved.json'), savedTracksPage(['before']));
    await cli.run('--lake watched --quiet import saved.json', effects);
    const sql =
      'select (select count(*) from tracks) as tracks, (select count(*) from saved_items) as saved, (select count(*) from plays) as plays';
    const ask = async () => documentOf(await cli.run(['--lake', 'watched', '--json', 'query', sql]));
    const answers = [await ask()];
    let isRunning = true;
    const running = cli.run(`--lake watched --json ${RUN}`, effects).finally(() => {
      isRunning = false;
    });
    while (isRunning) answers.push(await ask());
    answers.push(await ask());
    expect((await running).exitCode).toBe(0);

    const versions: readonly number[] = answers.map(({ catalogVersion }) => catalogVersion);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(new Set(versions)).toEqual(new Set([1, 2]));
    for (const version of [1, 2]) {
      const rows = answers.filter(({ catalogVersion }) => catalogVersion === version).map(({ rows: [row] }) => JSON.stringify(row));
      expect(new Set(rows).size).toBe(1);
    }
    expect(answers.at(-1).rows[0].plays).toBeGreaterThan(0);
  });
});
