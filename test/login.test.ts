import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { CLIENT_ID } from '../simulator/http/tokens.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../simulator/simulator.ts';
import { createMovableClock, createSystemClock, type VirtualClock } from '../src/kernel/clock.ts';
import type { CliEffects } from '../src/surfaces/cli/effects.ts';
import { createTestCli, type Said, type TestCli } from '../src/surfaces/cli/testing.ts';
import { addressAfter, consent, type Visit } from './browser.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const clis: TestCli[] = [];
afterAll(() => Promise.all(clis.map((cli) => cli.remove())));

const person = (name: string) => ({
  name,
  displayName: name.toUpperCase(),
  joinedOn: '2026-02-01',
  country: 'DE',
  utcOffsetMinutes: 0,
  playsPerDay: 5,
});

interface Setting {
  readonly cli: TestCli;
  readonly simulator: Simulator;
  readonly clock: VirtualClock;
  readonly env: CliEffects['env'];
  readonly ask: typeof fetch;
  run(argv: string, more?: Partial<CliEffects>): Promise<Said>;
  /** Runs `login` on a free port; `browser` is called with the address that is opened. */
  login(argv: string, browser: (url: string) => Promise<unknown>): Promise<Said>;
}

async function setting(options: Partial<SimulatorOptions> = {}, accounts = ['ada']): Promise<Setting> {
  const cli = await createTestCli();
  clis.push(cli);
  const clock = createMovableClock(createSystemClock());
  clock.set(new Date('2026-03-02T12:00:00Z'));
  const simulator = createSimulator({
    seed: 'login',
    mode: 'development',
    clock,
    artists: 10,
    accounts: ['ada', 'kenji'].map(person),
    ...options,
  });
  const ask: typeof fetch = async (input, init) => simulator.app.fetch(new Request(input, init));
  const env = {
    HOME: cli.folder,
    TONEARM_API_URL: 'http://127.0.0.1:9/v1',
    TONEARM_ACCOUNTS_URL: 'http://127.0.0.1:9',
    TONEARM_CLIENT_ID: CLIENT_ID,
    TONEARM_CREDENTIALS: join(cli.folder, 'logins'),
  };
  const { writeFile } = await import('node:fs/promises');
  const named = accounts.map((name) => `  - {name: ${name}, streams: [saved_tracks, top_tracks]}\n`).join('');
  await writeFile(join(cli.folder, 'tonearm.yaml'), `accounts:\n${named}`);
  const run: Setting['run'] = (argv, more) => cli.run(argv, { env, clock, fetch: ask, ...more });
  return {
    ...{ cli, simulator, clock, env, ask, run },
    login: (argv, browser) =>
      run(`login --port 0 ${argv}`, {
        openBrowser: async (url) => {
          void browser(url).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
          return true;
        },
      }),
  };
}

const as =
  ({ ask }: Setting, account: string, more: Partial<Parameters<typeof consent>[1]> = {}) =>
  (url: string) =>
    consent(url, { account, fetch: ask, ...more });

/** Every text below a folder. */
function textsIn(folder: string): string {
  if (!existsSync(folder)) return '';
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n');
}

const tokensIn = (folder: string): readonly string[] => textsIn(folder).match(/AQ-sim[\w.-]+|BQ-sim[\w.-]+/g) ?? [];

describe('a login', () => {
  let set: Setting;
  beforeEach(async () => {
    set = await setting();
  });

  it('by the browser lets runs read, asks for the least, and stays out of the lake and of every word', async () => {
    const visits: Visit[] = [];
    const urls: string[] = [];
    const said = await set.login('', async (url) => {
      urls.push(url);
      visits.push(await as(set, 'ada')(url));
    });
    expect(said).toMatchObject({ exitCode: 0, stdout: 'ada is logged in as ADA, until 2026-09-02\n' });
    expect(said.stderr).toContain('your top tracks and artists, as Spotify reckons them (user-top-read)');
    expect(visits).toMatchObject([{ status: 200, text: expect.stringContaining('Spotify has answered') }]);
    const asked = new URL(urls[0] ?? '').searchParams;
    expect(asked.get('scope')).toBe('user-library-read user-top-read');
    expect(asked.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    expect(asked.get('code_challenge')).toHaveLength(43);

    const run = await set.run('run');
    expect(run).toMatchObject({ exitCode: 0 });
    expect(tokensIn(join(set.cli.folder, 'logins'))).toHaveLength(1);
    expect(tokensIn(join(set.cli.folder, 'lake'))).toEqual([]);
    for (const { stdout, stderr } of [said, run]) expect(stdout + stderr).not.toMatch(/[AB]Q-sim|code_verifier/);
  });

  it('by IPv6 works as by IPv4', async () => {
    const said = await set.run('login --redirect-uri http://[::1]:0/callback --json', {
      openBrowser: async (url) => {
        void as(set, 'ada')(url);
        return true;
      },
    });
    expect(said).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(said.stdout)).toMatchObject({ account: 'ada', missingScopes: [], isHidden: false });
  });

  it('without a browser takes the pasted address, after turning down what is none', async () => {
    const lines: string[] = ['', 'nonsense', 'https://example.com/callback?code=1&state=2'];
    const typed = { url: '' };
    const said = await set.run('login --paste --redirect-uri https://example.com/callback', {
      stderr: recorder((text) => {
        typed.url = /https?:\/\/\S+authorize\S+/.exec(text)?.[0] ?? typed.url;
      }),
      nextLine: async () => lines.shift() ?? (await addressAfter(typed.url, { account: 'ada', fetch: set.ask })).href,
    });
    expect(said).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('ada is logged in') });
  });

  it('that is denied says so, and changes nothing', async () => {
    const visits: Visit[] = [];
    const said = await set.login('', async (url) => visits.push(await as(set, 'ada', { decision: 'deny' })(url)));
    expect(said).toMatchObject({ exitCode: 4, stdout: '' });
    expect(said.stderr).toContain('the permission was refused (access_denied)');
    expect(visits).toMatchObject([{ status: 400, text: expect.stringContaining('Not logged in') }]);
    expect(tokensIn(join(set.cli.folder, 'logins'))).toEqual([]);
  });

  it('waits on where an answer has another state: anybody could have sent it', async () => {
    const visits: Visit[] = [];
    const said = await set.login('', async (url) => {
      const forged = (address: URL): URL => {
        address.searchParams.set('state', 'x'.repeat(22));
        return address;
      };
      visits.push(await as(set, 'kenji', { change: forged })(url), await as(set, 'ada')(url));
    });
    expect(said).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('ada is logged in as ADA') });
    expect(said.stderr).toContain('not taken: that answer belongs to another login: its state is not the one that was sent');
    expect(visits.map(({ status }) => status)).toEqual([400, 200]);
  });

  it('with a code that is too old says so', async () => {
    const said = await set.login('', async (url) => {
      const address = await addressAfter(url, { account: 'ada', fetch: set.ask });
      set.clock.advance(11 * 60_000);
      await fetch(address);
    });
    expect(said).toMatchObject({ exitCode: 4, stdout: '' });
    expect(said.stderr).toContain('the code of this login is no longer good');
    expect(said.stderr).toContain('Authorization code expired');
  });

  it('that nobody answers ends after its time, and says how the address must be registered', async () => {
    const said = await set.login('--timeout 1', async () => undefined);
    expect(said).toMatchObject({ exitCode: 4, stdout: '' });
    expect(said.stderr).toContain('no answer from Spotify within 1 s');
    expect(said.stderr).toMatch(/register http:\/\/127\.0\.0\.1:\d+\/callback/);
    expect((await set.run('login --paste')).stderr).toContain('no address was pasted');
  });

  it('on a port that is taken names it, and what to do', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as AddressInfo;
    const said = await set.run(`login --port ${port}`);
    taken.close();
    expect(said).toMatchObject({ exitCode: 2, stdout: '' });
    expect(said.stderr).toContain(`cannot listen on 127.0.0.1:${port} for Spotify's answer: another program has this port`);
    expect(said.stderr).toContain('--paste');
  });

  it.each([
    ['http://localhost:8899/callback', 'Spotify takes no localhost'],
    ['http://192.168.1.2/callback', 'http:// is for 127.0.0.1'],
    ['ftp://127.0.0.1/', 'http:// is for'],
    ['callback', 'it is no address'],
    ['https://example.com/#top', 'it has a #'],
  ])('refuses the redirect URI %s before it asks Spotify', async (address, why) => {
    const said = await set.run(`login --redirect-uri ${address}`);
    expect(said).toMatchObject({ exitCode: 2, stdout: '' });
    expect(said.stderr).toContain(why);
    expect(said.stderr).toContain('must stand exactly so');
    expect(set.simulator.requests()).toEqual([]);
  });

  it('whose redirect URI is not registered, or whose app is unknown, is told of before a browser opens', async () => {
    const other = await setting({ redirectUris: ['http://127.0.0.1/other'] });
    const opened: string[] = [];
    const said = await other.login('', async (url) => opened.push(url));
    expect(said).toMatchObject({ exitCode: 2, stdout: '' });
    expect(said.stderr).toContain('INVALID_CLIENT: Invalid redirect URI');
    expect(said.stderr).toMatch(/Register http:\/\/127\.0\.0\.1:\d+\/callback at https:\/\/developer\.spotify\.com\/dashboard/);
    const stranger = await other.run('login --port 0', { env: { ...other.env, TONEARM_CLIENT_ID: 'nobody' } });
    expect(stranger.stderr).toContain('INVALID_CLIENT: Invalid client');
    expect(opened).toEqual([]);
  });

  it('as somebody else under a name that is taken is refused, and the login before it stays', async () => {
    await set.login('', as(set, 'ada'));
    const other = await set.login('', as(set, 'kenji'));
    expect(other).toMatchObject({ exitCode: 2, stdout: '' });
    expect(other.stderr).toContain('KENJI logged in, but ada is another Spotify account');
    expect((await set.run('logout')).stdout).toBe('ada is logged out\n');
    expect((await set.login('', as(set, 'kenji'))).exitCode).toBe(2);
    expect((await set.login('', as(set, 'ada'))).exitCode).toBe(0);
  });

  it('of the only account needs a name where there are several, and one person is one account', async () => {
    const two = await setting({}, ['ada', 'kenji']);
    expect((await two.login('', as(two, 'ada'))).stderr).toContain('there are several accounts: which one?');
    expect((await two.login('--account kenji', as(two, 'kenji'))).exitCode).toBe(0);
    const twice = await two.login('--account ada', as(two, 'kenji'));
    expect(twice).toMatchObject({ exitCode: 2 });
    expect(twice.stderr).toContain('KENJI logged in, which is the account kenji already');
    expect((await two.login('--account nobody', as(two, 'ada'))).stderr).toContain('no account nobody');
  });
});

describe('of two accounts', () => {
  it('the one that nobody logged in keeps nothing from the other, and the run ends with 4', async () => {
    const set = await setting({}, ['ada', 'kenji']);
    await set.login('--account kenji', as(set, 'kenji'));
    const plan = JSON.parse((await set.run('plan --json')).stdout);
    expect(plan.loginNeeded).toEqual(['ada']);
    const run = await set.run('run --json');
    const { streams, outcomes, exitCode } = JSON.parse(run.stdout);
    expect(exitCode).toBe(4);
    expect(outcomes).toMatchObject([{ code: 'login_needed', message: 'account ada is not logged in' }]);
    const read = streams.filter(({ account, outcome }: { account: string; outcome: string }) => account === 'kenji' && outcome === 'done');
    expect(read).toHaveLength(2);
  });
});

describe('the end of a login', () => {
  it('is warned of on every command from 30 days on, in `status --json`, and by 4 with --warn-days', async () => {
    const set = await setting();
    await set.login('', as(set, 'ada'));
    const end = Date.parse('2026-09-02T12:00:00Z');
    const at = async (days: number, argv: string): Promise<Said> => {
      set.clock.set(new Date(end - days * DAY_MS));
      return set.run(argv);
    };
    expect((await at(31, 'tables')).stderr).toBe('');
    expect((await at(29.9, 'status')).stderr).toMatch(
      /^warning: the login of ada ends in 29 days, on 2026-09-02; tonearm login --account ada makes a new one\n$/,
    );
    expect((await at(6.5, 'plan')).stderr).toContain('ends in 6 days');
    expect((await at(0.5, 'accounts')).stderr).toContain('ends in less than a day');
    const json = await at(6.5, 'status --json --warn-days 7');
    expect(json).toMatchObject({ exitCode: 4, stderr: '' });
    expect(JSON.parse(json.stdout).logins).toMatchObject([
      { account: 'ada', level: 'week', daysLeft: 6, expiresAt: expect.stringContaining('2026-09-02') },
    ]);
    expect((await at(8.5, 'accounts --warn-days 8')).exitCode).toBe(0);
    expect((await at(7.5, 'accounts --warn-days 8')).exitCode).toBe(4);
  });

  it('ends runs with 4 and what to do; what was read stays, and a new login goes on', async () => {
    const set = await setting();
    await set.login('', as(set, 'ada'));
    await set.run('run');
    set.clock.set(new Date('2026-09-02T13:00:00Z'));
    const run = await set.run('run');
    expect(run.exitCode).toBe(4);
    expect(run.stdout).toContain('account ada has to log in again');
    expect(run.stderr).toContain('the login of ada is over: nothing new is read for it until tonearm login --account ada');
    const asked = set.simulator.requests().length;
    expect((await set.run('run')).exitCode).toBe(4);
    expect(set.simulator.requests()).toHaveLength(asked);
    expect((await set.run('tables')).exitCode).toBe(0);
    expect((await set.login('', as(set, 'ada'))).exitCode).toBe(0);
    expect((await set.run('run')).exitCode).toBe(0);
  });
});

describe('a token in the environment', () => {
  it('goes before a login, which says so', async () => {
    const set = await setting();
    const env = { ...set.env, TONEARM_REFRESH_TOKEN: 'AQ-sim-refresh-ada' };
    const said = await set.run('login --port 0', {
      env,
      openBrowser: async (url) => {
        void as(set, 'ada')(url);
        return true;
      },
    });
    expect(said.stdout).toContain('a refresh token in the environment goes before this login');
    expect(JSON.parse((await set.run('accounts --json', { env })).stdout).accounts).toMatchObject([
      { from: 'environment', level: 'unknown' },
    ]);
    expect((await set.run('logout', { env })).stderr).toContain('still lets it in');
  });
});

describe('a purge', () => {
  it('logs the account out, and forgets whose it was', async () => {
    const set = await setting();
    await set.login('', as(set, 'ada'));
    await set.run('run');
    expect((await set.run('purge --account ada --confirm')).exitCode).toBe(0);
    expect(textsIn(join(set.cli.folder, 'logins'))).not.toMatch(/AQ-sim|"accountId":"/);
    expect((await set.login('', as(set, 'ada'))).stderr).toContain('account ada was purged');
    await set.run('readmit ada');
    expect((await set.login('', as(set, 'kenji'))).exitCode).toBe(0);
  });
});

/** An output that nobody keeps, whose texts are looked at. */
function recorder(look: (text: string) => void): CliEffects['stderr'] {
  return { write: look, isTerminal: false, columns: null, isOpen: () => true, drained: async () => undefined };
}

describe('a run by somebody else than the schedule', () => {
  it('tells the webhook once that a login ends within a week', { timeout: 60_000 }, async () => {
    const set = await setting();
    const { run, clock, env, ask } = set;
    expect(await set.login('--account ada', as(set, 'ada'))).toMatchObject({ exitCode: 0 });
    const webhook = 'https://hooks.example.org/t0ken';
    const told: unknown[] = [];
    const heard: typeof fetch = async (input, init) => {
      if (input !== webhook) return ask(input, init);
      told.push(JSON.parse(String(init?.body)));
      return new Response(null, { status: 204 });
    };
    const hooked = { env: { ...env, TONEARM_WEBHOOK: webhook }, fetch: heard };
    await run('run --stream saved_tracks', hooked);
    expect(told).toEqual([]);
    clock.advance(180 * DAY_MS);
    await run('run --stream saved_tracks', hooked);
    await run('run --stream saved_tracks', hooked);
    expect(told).toMatchObject([{ event: 'login_expires', account: 'ada', details: { daysLeft: expect.any(Number) } }]);
  });
});
