import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REPORTS } from '../../reports/reports.ts';
import { createTestCli, ensureBuilt, savedTracksPage, type TestCli } from './testing.ts';

describe('the command line', () => {
  let cli: TestCli;
  beforeAll(async () => {
    cli = await createTestCli();
  });
  afterAll(() => cli.remove());

  it('shows its version, and its help where nothing is asked', async () => {
    expect(await cli.run('--version')).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
    for (const argv of ['', '--help', 'help run', 'run --help']) {
      expect(await cli.run(argv)).toEqual({ exitCode: 0, stdout: expect.stringContaining('Usage: tonearm'), stderr: '' });
    }
  });

  it.each([
    ['rnu', "unknown command 'rnu'", 'Did you mean run?'],
    ['run --acount me', "unknown option '--acount'", 'Did you mean --account?'],
    ['import', "missing required argument 'paths'", 'See `tonearm --help`.'],
    ['status --log-format xml', '--log-format is xml', 'See'],
    ['tables play', 'there is no table play', 'Did you mean plays?'],
    ['report top', 'there is no report top', 'Known: top-tracks,'],
    ['report top-tracks --limit many', 'limit is "many", expected a whole number', 'Parameters:'],
    ['report recent-plays --by track', 'no parameter by', 'Known: from, to, account, time_zone, search,'],
    ['query x --format xml', '--format is xml', 'table, json, csv'],
    ['query x --limit 0', '--limit is "0"', null],
    ['query', 'there is no SQL to run', 'standard input'],
    ['run --account nobody', 'no account nobody', 'me'],
    ['--config none.yaml status', 'none.yaml', 'tonearm init'],
    ['init --account Me', 'Me is no account name', 'a-z'],
    ['init --time-zone Berlin', 'Berlin is no time zone', 'Europe/Berlin'],
  ])('answers `%s` with exit code 2 and what to do', async (argv, message, hint) => {
    const said = await cli.run(argv);
    expect(said).toMatchObject({ exitCode: 2, stdout: '' });
    expect(said.stderr).toContain(`error: `);
    expect(said.stderr).toContain(message);
    if (hint !== null) expect(said.stderr).toContain(hint);
  });

  it('gives errors as one JSON document on stdout with --json', async () => {
    for (const argv of [
      '--json rnu',
      'tables play --json',
      'import --json missing.json',
      'status --json --log-format xml',
      'query x --json --format csv',
    ]) {
      const { exitCode, stdout, stderr } = await cli.run(argv);
      const { error } = JSON.parse(stdout);
      expect({ exitCode, stderr, code: error.exitCode }).toEqual({ exitCode: 2, stderr: '', code: 2 });
      expect(error).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    }
  });

  it('tells every problem of the settings at once', async () => {
    await writeFile(join(cli.folder, 'bad.yaml'), 'lkae: x\nthreads: 0\n');
    const { exitCode, stderr } = await cli.run('status --config bad.yaml');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('bad.yaml:1  lkae: expected a key that is known. Did you mean lake?');
    expect(stderr).toContain('bad.yaml:2  threads: found 0');
  });

  it('knows an option for every parameter of every report', async () => {
    const { stdout } = await cli.run('report --help');
    const params = new Set(REPORTS.flatMap((report) => Object.keys(report.params.shape)));
    for (const param of params) expect(stdout).toContain(`--${param.replaceAll('_', '-')} <`);
  });

  it('shows a failure of our own with where it happened', async () => {
    const stdin = async (): Promise<string> => Promise.reject(new TypeError('broken'));
    const said = await cli.run('query -', { stdin });
    expect(said.exitCode).toBe(1);
    expect(said.stderr).toMatch(/^error: broken\n {2}This is a bug in Tonearm\.\n {2}next: [^\n]*\n {4}at /);
  });
});

describe('init', () => {
  let cli: TestCli;
  beforeEach(async () => {
    cli = await createTestCli();
  });
  afterEach(() => cli.remove());

  it('writes settings that can be read, and names every variable', async () => {
    const { exitCode, stderr } = await cli.run('init --account ana --time-zone Europe/Berlin --lake ./data');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/`tonearm import <export.zip>`.*`tonearm run`/) });
    const status = JSON.parse((await cli.run('status --json')).stdout);
    expect(status.lake).toBe(join(cli.folder, 'data'));
    expect(await readFile(join(cli.folder, 'tonearm.yaml'), 'utf8')).toContain('name: "ana"\n    # Where');
    expect(await readFile(join(cli.folder, '.env.example'), 'utf8')).toContain('\n# TONEARM_REFRESH_TOKEN=\n');
  });

  it('overwrites nothing, and then writes nothing', async () => {
    await writeFile(join(cli.folder, '.env.example'), 'mine');
    const { exitCode, stderr } = await cli.run('init');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('.env.example is there already');
    expect(await readFile(join(cli.folder, '.env.example'), 'utf8')).toBe('mine');
    await expect(stat(join(cli.folder, 'tonearm.yaml'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a lake', () => {
  let cli: TestCli;
  beforeAll(async () => {
    await ensureBuilt();
    cli = await createTestCli();
    await writeFile(join(cli.folder, 'saved.json'), savedTracksPage(['群青日和', 'Song, two']));
    await writeFile(join(cli.folder, 'odd.json'), '{"nonsense": 1}');
    await cli.run('import saved.json odd.json');
  });
  afterAll(() => cli.remove());

  it('imports files and tells what became of every record', async () => {
    const other = ['--lake', join(cli.folder, 'other')];
    const { exitCode, stdout } = await cli.run(['import', 'saved.json', 'odd.json', ...other, '--quiet']);
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^import done in /);
    expect(stdout).toContain('bad_input: 1 file is not in the tables: odd.json\n  next: ');
    expect(stdout).toMatch(/^total +0 +3 +2 +0 +0 +0 +1$/m);
    const again = await cli.run(['import', 'saved.json', '--json', ...other]);
    expect(JSON.parse(again.stdout)).toMatchObject({ verb: 'import', exitCode: 0, files: [{ name: 'saved.json', outcome: 'known' }] });
    const pointed = await cli.run(['import', 'saved.json', 'odd.json', '--lake', join(cli.folder, 'third')]);
    expect(pointed.stderr).toBe('1 record is in quarantine: `tonearm quarantine` says where and why.\n');
    const rebuilt = await cli.run(['rebuild', '--strict', '--json', ...other]);
    expect(rebuilt.exitCode).toBe(3);
    expect(JSON.parse(rebuilt.stdout)).toMatchObject({ verb: 'rebuild', exitCode: 3, total: { read: 3, kept: 2, quarantined: 1 } });
  });

  it('shows what it holds', async () => {
    const { stdout } = await cli.run('status');
    expect(stdout).toContain(`lake: ${join(cli.folder, 'lake')}\ncatalog: version 1 of `);
    expect(stdout).toMatch(/^tracks +2 +1 +1 +[\d,]+$/m);
    expect(JSON.parse((await cli.run('tables songs --json')).stdout)).toMatchObject({ table: 'songs', columns: expect.any(Array) });
    expect((await cli.run('tables songs')).stdout).toMatch(/^song_id +text +Spotify id of the track$/m);
    expect((await cli.run('tables')).stdout).toMatch(/^plays +fact +one play of one account$/m);
  });

  it('is asked in SQL, as a table, JSON or CSV', async () => {
    const sql = 'select name, duration_ms, null as none from tracks order by duration_ms';
    expect(await cli.run(['query', sql])).toEqual({
      exitCode: 0,
      stdout: 'name       duration_ms  none\n群青日和       251,000     –\nSong, two      251,001     –\n',
      stderr: '2 rows\n',
    });
    expect((await cli.run(['query', sql, '--format', 'csv'])).stdout).toBe(
      'name,duration_ms,none\n群青日和,251000,\n"Song, two",251001,\n',
    );
    const document = JSON.parse((await cli.run(['query', sql, '--json'])).stdout);
    expect(document).toMatchObject({
      rowCount: 2,
      truncated: false,
      catalogVersion: 1,
      rows: [{ name: '群青日和', duration_ms: 251_000, none: null }, {}],
    });
  });

  it('takes SQL from standard input, and says when it cut the result, even if told to be quiet', async () => {
    const stdin = async () => 'select name from tracks order by 1 desc\n';
    const said = await cli.run('query - --limit 1 --quiet', { stdin });
    expect(said).toEqual({ exitCode: 0, stdout: 'name\n群青日和\n', stderr: 'cut after 1 row; --limit shows more\n' });
    expect(JSON.parse((await cli.run('query --limit 1 --json', { stdin })).stdout)).toMatchObject({ rowCount: 1, truncated: true });
  });

  it('lets SQL do nothing but read its tables', async () => {
    const said = await cli.run(['query', "copy tracks to 'x.csv'"]);
    expect(said).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('error: only SELECT can be asked here\n  next: '),
    });
    expect((await cli.run(['query', 'select * from track'])).stderr).toContain('LINE 1: select * from track\n');
  });

  it('answers reports', async () => {
    const { exitCode, stdout, stderr } = await cli.run('report library-growth');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout:
        'month       saved_count  kept_count  kept_total\n2026-01-01            1           1           1\n2026-02-01            1           1           2\n',
    });
    expect(stderr).toBe('How many tracks did I save each month, and how many did I keep?\n');
    const document = JSON.parse((await cli.run('report library-growth --from 2026-02-01 --json')).stdout);
    expect(document).toMatchObject({
      report: 'library-growth',
      params: { from: '2026-02-01', time_zone: null },
      rows: [{ month: '2026-02-01' }],
    });
    expect((await cli.run('report top-tracks')).stderr).toContain('"at least"');
    expect((await cli.run('report')).stdout).toMatch(
      /^recent-plays +What did I play last\? +--from --to --account --time-zone --search --before --limit$/m,
    );
  });

  it('tells the SQL of a report, which a query answers as the report is', async () => {
    const { stdout: sql } = await cli.run('report library-growth --from 2026-02-01 --sql');
    expect(sql).toMatch(/^\/\* one month[\s\S]*'2026-02-01'/);
    const [report, query] = await Promise.all(
      ['report library-growth --from 2026-02-01 --json', ['query', sql, '--json']].map(
        async (argv) => JSON.parse((await cli.run(argv)).stdout).rows,
      ),
    );
    expect(query).toEqual(report);
    expect(report).toHaveLength(1);
    expect(JSON.parse((await cli.run('report library-growth --from 2026-02-01 --sql --json')).stdout)).toEqual({
      report: 'library-growth',
      sql,
    });
  });

  it('takes the time zone of the account for reports', async () => {
    await writeFile(join(cli.folder, 'tokyo.yaml'), 'accounts: [{ name: me, time_zone: Asia/Tokyo }]');
    const monthsOf = async (argv: string): Promise<readonly string[]> => {
      const { rows } = JSON.parse((await cli.run(`${argv} --json --config tokyo.yaml`)).stdout);
      return rows.map(({ month }: { month: string }) => month);
    };
    const sql = "select local_time('me', timestamp '2026-01-31 20:00:00')::date::text as month";
    expect(await monthsOf('report library-growth --to 2026-01-31')).toEqual(['2026-01-01']);
    expect((await cli.run(['query', sql, '--config', 'tokyo.yaml'])).stdout).toContain('2026-02-01');
  });

  it('ends a run that needs a login with its exit code, and a table', async () => {
    const said = await cli.run('run', { env: { TONEARM_CLIENT_ID: 'abc' } });
    expect(said.exitCode).toBe(4);
    expect(said.stdout).toMatch(/^run failed in /);
    expect(said.stdout).toContain('login_needed: ');
  });
});
