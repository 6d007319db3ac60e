import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Config, type ConfigRequest, loadConfig } from '../config.ts';
import { PipelineError } from '../kernel/errors.ts';

const STREAMS = ['saved_tracks', 'recently_played', 'playlists'];
const made: string[] = [];
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tonearm-config-'));
  made.push(folder);
});
afterAll(() => Promise.all(made.map((path) => rm(path, { recursive: true, force: true }))));

const load = (more: Partial<ConfigRequest> = {}): Promise<Config> =>
  loadConfig({ cwd: folder, env: {}, flags: {}, streams: STREAMS, ...more });

async function written(yaml: string): Promise<void> {
  await writeFile(join(folder, 'tonearm.yaml'), yaml);
}

async function problemsOf(yaml: string, env: ConfigRequest['env'] = {}): Promise<string> {
  await written(yaml);
  const error = await load({ env }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PipelineError) || error.code !== 'config') throw new Error(`not a config error: ${String(error)}`);
  return error.message;
}

describe('settings', () => {
  it('have defaults for everything', async () => {
    expect(await load()).toMatchObject({
      lake: join(folder, 'lake'),
      spotify: {
        apiUrl: 'https://api.spotify.com/v1',
        accountsUrl: 'https://accounts.spotify.com',
        clientId: null,
        clientSecret: null,
        maxRetryAfterMs: 60_000,
      },
      accounts: [{ name: 'me', isAssumed: true, refreshToken: null, timeZone: 'UTC', streams: STREAMS }],
      memoryLimit: '1GB',
      logLevel: 'info',
    });
  });

  it('let the dashboard ask for covers where the file says so, and take its token from the environment alone', async () => {
    expect((await load()).dashboard).toEqual({ covers: false, token: null });
    await written('dashboard: { covers: true }\n');
    const token = 'a'.repeat(24);
    expect((await load({ env: { TONEARM_SERVE_TOKEN: token } })).dashboard).toEqual({ covers: true, token });
    const short = await problemsOf('', { TONEARM_SERVE_TOKEN: 'short-and-secret' });
    expect(short).toContain('TONEARM_SERVE_TOKEN: expected at least 24 characters');
    expect(short).not.toContain('short-and-secret');
    expect(await problemsOf('dashboard: { token: abc }\n')).toContain('Move it to the environment: TONEARM_SERVE_TOKEN.');
  });

  it('keep logins where the platform keeps settings, or where the environment says, and never in the lake', async () => {
    const credentials = async (env: ConfigRequest['env']) => (await load({ env })).credentials;
    expect(await credentials({ HOME: '/ana', XDG_CONFIG_HOME: '/settings' })).toBe('/settings/tonearm/credentials');
    if (process.platform === 'linux') expect(await credentials({ HOME: '/ana' })).toBe('/ana/.config/tonearm/credentials');
    expect(await credentials({ TONEARM_CREDENTIALS: 'logins' })).toBe(join(folder, 'logins'));
    for (const inside of ['lake', 'lake/logins']) {
      expect(await problemsOf('', { TONEARM_CREDENTIALS: inside })).toContain('a folder outside the lake');
    }
  });

  it('come from the file, an empty one being as good as none', async () => {
    await written('# nothing yet\n');
    expect((await load()).lake).toBe(join(folder, 'lake'));
    await written(`lake: ./data
memory_limit: 2GB
threads: 3
log_level: debug
spotify: { api_url: "http://127.0.0.1:8080/v1/", client_id: abc, max_retry_after_seconds: 5 }
accounts:
  - name: ana
    time_zone: Europe/Berlin
    streams: [saved_tracks]
  - name: ben-2
`);
    expect(await load({ env: { XDG_CONFIG_HOME: '/settings' } })).toEqual({
      lake: join(folder, 'data'),
      credentials: '/settings/tonearm/credentials',
      dashboard: { covers: false, token: null },
      spotify: {
        apiUrl: 'http://127.0.0.1:8080/v1',
        accountsUrl: 'https://accounts.spotify.com',
        clientId: 'abc',
        clientSecret: null,
        maxRetryAfterMs: 5_000,
      },
      accounts: [
        { name: 'ana', refreshToken: null, timeZone: 'Europe/Berlin', streams: ['saved_tracks'] },
        { name: 'ben-2', refreshToken: null, timeZone: 'UTC', streams: STREAMS },
      ],
      memoryLimit: '2GB',
      threads: 3,
      watch: null,
      openLineage: null,
      retention: { web_api: null, export: null, sample: null },
      enrichment: { requestsPerRun: 0 },
      logLevel: 'debug',
    });
  });

  it('may say in which time zones an account lived, one after the other', async () => {
    await written('accounts:\n  - name: me\n    time_zone: [{ zone: Europe/Berlin }, { from: 2025-06-01, zone: Asia/Kolkata }]\n');
    expect((await load()).accounts[0]?.timeZone).toEqual([
      { from: null, zone: 'Europe/Berlin' },
      { from: '2025-06-01', zone: 'Asia/Kolkata' },
    ]);
  });

  it.each([
    ['[{ zone: Europe/Berlin }, { from: 2025-06-01, zone: Asia/Kolkatta }]', 'time_zone[1].zone: found "Asia/Kolkatta"'],
    ['[{ zone: Europe/Berlin }, { zone: Asia/Kolkata }]', 'in the order of time'],
    ['[{ from: 2025-06-01, zone: Europe/Berlin }]', 'in the order of time'],
    ['[]', 'expected a time zone, such as Europe/Berlin, or a list of changes'],
    ['5', 'expected a time zone, such as Europe/Berlin, or a list of changes'],
  ])('refuse %s as time zones', async (zones, said) => {
    expect(await problemsOf(`accounts: [{ name: me, time_zone: ${zones} }]\n`)).toContain(said);
  });

  it('are found in a folder above, whose relative paths start there', async () => {
    await written('lake: ./data');
    await mkdir(join(folder, 'a', 'b'), { recursive: true });
    expect((await load({ cwd: join(folder, 'a', 'b') })).lake).toBe(join(folder, 'data'));
  });

  it('take a flag before the environment before the file', async () => {
    await written('lake: ./file');
    const env = { TONEARM_LAKE: './env', TONEARM_LOG: 'error' };
    expect((await load({ env })).lake).toBe(join(folder, 'env'));
    expect((await load({ env, flags: { lake: '/flag' } })).lake).toBe('/flag');
    expect((await load({ env })).logLevel).toBe('error');
  });

  it('take the memory of the command line before that of the file, and refuse what is no size', async () => {
    await written('memory_limit: 2GB\n');
    expect((await load({ flags: { memory: '512MB' } })).memoryLimit).toBe('512MB');
    await expect(load({ flags: { memory: 'much' } })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('--memory'),
    });
  });

  it('take an empty variable as not set', async () => {
    expect((await load({ env: { TONEARM_LAKE: '', TONEARM_CLIENT_ID: '' } })).spotify.clientId).toBeNull();
  });

  it('take tokens from the environment, each for its account', async () => {
    expect((await load({ env: { TONEARM_REFRESH_TOKEN: 'r' } })).accounts[0]?.refreshToken).toBe('r');
    await written('accounts: [{ name: ana }, { name: ben-2 }]');
    const env = { TONEARM_REFRESH_TOKEN_ANA: 'ra', TONEARM_REFRESH_TOKEN_BEN_2: 'rb', TONEARM_CLIENT_SECRET: 's' };
    const config = await load({ env });
    expect(config.accounts.map(({ refreshToken }) => refreshToken)).toEqual(['ra', 'rb']);
    expect(config.spotify.clientSecret).toBe('s');
  });

  it('say what to watch: ids, URIs or addresses, with defaults for the rest', async () => {
    await written('watch:\n  playlists: [https://open.spotify.com/playlist/3cEYpjA9oz9GiPac4AsH4n]\n');
    expect((await load()).watch).toEqual({
      playlists: ['3cEYpjA9oz9GiPac4AsH4n'],
      artists: [],
      albums: [],
      tracks: [],
      searches: [],
      newReleases: false,
      everyHours: 24,
    });
  });

  it('say what is made in AWS, with defaults for all but the region, which is that of the bucket', async () => {
    await written('aws: {}\ns3: { region: eu-central-1 }\n');
    const usual = { name: 'tonearm', architecture: 'arm64', alarmsTo: null, budgetUsd: null, crawler: false, publish: null };
    expect((await load()).aws).toEqual({ ...usual, region: 'eu-central-1' });
    await written('aws: { region: eu-west-1, name: my-lake, alarms_to: me@example.org, budget_usd: 5, publish: athena }\n');
    expect((await load()).aws).toMatchObject({
      region: 'eu-west-1',
      name: 'my-lake',
      alarmsTo: 'me@example.org',
      budgetUsd: 5,
      publish: 'athena',
    });
    for (const wrong of [
      'name: My Lake',
      `name: ${'a'.repeat(31)}`,
      'region: here',
      'alarms_to: me',
      'budget_usd: 0',
      'publish: glue',
      'nmae: x',
    ]) {
      expect(await problemsOf(`aws: { ${wrong} }\n`)).toContain('tonearm.yaml:1  aws.');
    }
  });

  it('say where Snowflake is and who loads, with names as Snowflake folds them and secrets of the environment alone', async () => {
    const secret = { TONEARM_SNOWFLAKE_PASSPHRASE: 'of the key', TONEARM_SNOWFLAKE_TOKEN: 'a token' };
    await written('snowflake: { account: my-org, user: ANA, key_file: keys/ana.p8 }\n');
    expect((await load({ env: secret })).snowflake).toEqual({
      account: 'my-org',
      user: 'ANA',
      auth: 'key_pair',
      keyFile: join(folder, 'keys/ana.p8'),
      passphrase: 'of the key',
      token: 'a token',
      role: 'TONEARM_LOADER',
      warehouse: 'TONEARM',
      database: 'TONEARM',
      schema: 'LAKE',
      load: null,
      publish: false,
      address: null,
    });
    await written('snowflake: { account: my-org, user: ANA, auth: pat, database: music, role: loads, address: "http://127.0.0.1:1/" }\n');
    expect((await load()).snowflake).toMatchObject({
      auth: 'pat',
      keyFile: null,
      role: 'LOADS',
      warehouse: 'MUSIC',
      address: 'http://127.0.0.1:1',
    });
  });

  it.each([
    ['account: https://my-org.snowflakecomputing.com, user: A, key_file: k', 'without https:// and snowflakecomputing.com'],
    ['account: my-org, user: A', 'expected the file of the private key. See docs/snowflake.md'],
    ['account: my-org, user: A, auth: pat, key_file: k', 'Leave out key_file'],
    ['account: my-org, user: A, auth: pta', 'one of key_pair, oauth, browser, pat'],
    ['account: my-org, user: A, key_file: "-----BEGIN PRIVATE KEY-----"', 'the name of a file, not the key itself'],
    ['account: my-org, user: A, key_file: k, database: "a b"', 'a name of letters, digits and _'],
    ['account: my-org, user: A, key_file: k, address: "http://example.org"', 'http:// only on this machine'],
    ['account: my-org, user: A, key_file: k, load: copy', 'one of put, stage, pipe'],
    ['account: my-org, user: A, passphrase: hush', 'TONEARM_SNOWFLAKE_PASSPHRASE'],
    ['account: my-org, user: A, token: hush', 'TONEARM_SNOWFLAKE_TOKEN'],
    ['account: my-org, user: A, key_flie: k', 'Did you mean key_file?'],
  ])('say what is wrong with snowflake: { %s }', async (wrong, said) => {
    const message = await problemsOf(`snowflake: { ${wrong} }\n`);
    expect(message).toContain(said);
    expect(message).not.toMatch(/hush|BEGIN/);
  });

  it('say where OpenLineage events go', async () => {
    await written('openlineage: { file: lineage.ndjson }\n');
    expect((await load()).openLineage).toEqual({ file: join(folder, 'lineage.ndjson') });
    await written('openlineage: { url: "http://marquez:5000/api/v1/lineage" }\n');
    expect((await load()).openLineage).toEqual({ url: 'http://marquez:5000/api/v1/lineage' });
    for (const wrong of ['{}', '{ url: "ftp://x" }', '{ url: "https://me:secret@x" }', '{ file: a, url: "http://x" }']) {
      expect(await problemsOf(`openlineage: ${wrong}\n`)).toContain('expected either file, or url');
    }
    expect(await problemsOf('openlineage: { ulr: x }\n')).toContain('Did you mean url?');
  });

  it('come from the file that --config names, which must be there', async () => {
    await writeFile(join(folder, 'other.yaml'), 'lake: elsewhere');
    expect((await load({ flags: { config: 'other.yaml' } })).lake).toBe(join(folder, 'elsewhere'));
    await expect(load({ flags: { config: 'none.yaml' } })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('none.yaml'),
    });
  });
});

describe('problems', () => {
  it('are all told at once, each with its line, what is there and what should be', async () => {
    const said = await problemsOf(
      `lake: 5
acounts: []
accounts:
  - name: Ana Bee
    time_zone: Europe/Berln
    streams:
      - saved_tracks
      - saved_trakcs
spotify:
  api_url: http://api.spotify.com/v1
threads: 0.5
`,
      { TONEARM_LOG: 'loud', TONEARM_ACCOUNTS_URL: 'accounts.spotify.com' },
    );
    expect(said.split('\n')).toEqual([
      'the settings have 9 problems:',
      '  tonearm.yaml:1  lake: found 5, expected a folder, such as ./lake, written out in full, or a bucket, such as s3://bucket/prefix.',
      '  tonearm.yaml:4  accounts[0].name: found "Ana Bee", expected a name of a-z, 0-9 and -.',
      '  tonearm.yaml:5  accounts[0].time_zone: found "Europe/Berln", expected a time zone, such as Europe/Berlin. Did you mean Europe/Berlin?',
      '  tonearm.yaml:10  spotify.api_url: found "http://api.spotify.com/v1", expected an https:// address; http:// only on this machine.',
      '  tonearm.yaml:11  threads: found 0.5, expected a whole number, 1 to 256.',
      '  tonearm.yaml:2  acounts: expected a key that is known. Did you mean accounts?',
      '  tonearm.yaml:8  accounts[0].streams[1]: found "saved_trakcs", expected the name of a stream. Did you mean saved_tracks?',
      '  TONEARM_ACCOUNTS_URL: found "accounts.spotify.com", expected an https:// address; http:// only on this machine.',
      '  TONEARM_LOG: found "loud", expected one of debug, info, warn, error, silent.',
    ]);
  });

  it('of the YAML itself have their line', async () => {
    expect(await problemsOf('lake: ./a\nlake: ./b\n')).toContain('tonearm.yaml:2: expected YAML. Map keys must be unique.');
    expect(await problemsOf('lake: [1\n')).toMatch(/tonearm\.yaml:\d: expected YAML\./);
  });

  it('of secrets in the file say where they belong, and do not repeat them', async () => {
    const said = await problemsOf('spotify:\n  client_secret: hunter2\naccounts:\n  - name: me\n    refresh_token: hunter3\n');
    expect(said).toContain(
      'tonearm.yaml:2  spotify.client_secret: expected no secret in this file. Move it to the environment: TONEARM_CLIENT_SECRET.',
    );
    expect(said).toContain(
      'tonearm.yaml:5  accounts[0].refresh_token: expected no secret in this file. Move it to the environment: TONEARM_REFRESH_TOKEN.',
    );
    expect(said).not.toContain('hunter');
  });

  it.each([
    ['just text', 'expected keys such as lake and accounts'],
    ['accounts: []', 'expected at least one account'],
    ['accounts: [{}]', 'accounts[0].name: found nothing, expected a name of a-z, 0-9 and -'],
    ['accounts: [{ name: a }, { name: a }]', 'accounts[1].name: found "a", expected a name of its own'],
    ['lake: gs://bucket/lake', 'lake: found "gs://bucket/lake", expected a folder'],
    ['lake: s3://Bucket', 'or a bucket, such as s3://bucket/prefix'],
    ['s3: {endpoint: "minio:9000"}', 's3.endpoint: found "minio:9000", expected an http:// or https:// address'],
    ['s3: {secret_access_key: x}', 'expected no secret in this file'],
    ['lake: ~/lake', 'lake: found "~/lake", expected a folder, such as ./lake, written out in full'],
    ['memory_limit: lots', 'memory_limit: found "lots", expected a size, such as 1GB'],
    ['spotify: { api_url: "http://127.0.0.1.evil.example/" }', 'expected an https:// address'],
    ['lake:', 'lake: found null, expected a folder'],
  ])('of %s: %s', async (yaml, said) => {
    expect(await problemsOf(yaml)).toContain(said);
  });

  it('of a token that no account would use name the variable and not its value', async () => {
    const said = await problemsOf('accounts: [{ name: ana }, { name: ben }]', {
      TONEARM_REFRESH_TOKEN_ANNA: 'hunter2',
      TONEARM_REFRESH_TOKEN: 'hunter3',
    });
    expect(said).toContain(
      'TONEARM_REFRESH_TOKEN_ANNA: expected the name of an account at its end. Did you mean TONEARM_REFRESH_TOKEN_ANA?',
    );
    expect(said).toContain(
      'TONEARM_REFRESH_TOKEN: expected to be told whose it is: there are several accounts. Write TONEARM_REFRESH_TOKEN_ANA or',
    );
    expect(said).not.toContain('hunter');
  });
});
