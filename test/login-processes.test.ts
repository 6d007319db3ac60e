import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ID } from '../simulator/http/tokens.ts';
import { type SimulatorServer, serve } from '../simulator/server.ts';
import { createSimulator } from '../simulator/simulator.ts';
import { createSystemClock } from '../src/kernel/clock.ts';
import { createCredentials } from '../src/pipeline/credentials.ts';
import { beginLogin, redeemCode } from '../src/source/login.ts';
import { addressAfter } from './browser.ts';

const run = promisify(execFile);
const DYING = pathToFileURL(join(import.meta.dirname, 'dying-process.mjs')).href;
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const REDIRECT = 'http://127.0.0.1:8899/callback';

let folder: string;
let program: string;
let server: SimulatorServer;

/** A Spotify that ends each refresh token with the refresh that it was used in. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tonearm-refresh-'));
  program = join(folder, 'refreshing-process.mjs');
  const entry = join(import.meta.dirname, 'refreshing-process.ts');
  const nothing = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    entryPoints: [entry],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: nothing },
    logLevel: 'error',
  });
  const ada = { name: 'ada', displayName: 'Ada', joinedOn: '2026-01-01', country: 'DE', utcOffsetMinutes: 0, playsPerDay: 5 };
  const clock = createSystemClock();
  const simulator = createSimulator({
    seed: 'refresh',
    mode: 'development',
    clock,
    artists: 10,
    accounts: [ada],
    refreshAnswers: { pkce: 'new' },
  });
  server = await serve(simulator, { port: 0 });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const credentialsIn = (logins: string) =>
  createCredentials({ folder: logins, accountsUrl: server.url, clientId: CLIENT_ID, clock: createSystemClock(), log: SILENT });

/** A folder in which ada has just logged in. */
async function loggedIn(name: string): Promise<string> {
  const logins = join(folder, name);
  const clock = createSystemClock();
  const options = { accountsUrl: server.url, clientId: CLIENT_ID, clock, fetch, retry: { attempts: 1, baseMs: 1, maxWaitMs: 1 } };
  const attempt = beginLogin({ ...options, redirectUri: REDIRECT, scopes: ['user-top-read'] });
  const code = (await addressAfter(attempt.url, { account: 'ada' })).searchParams.get('code') ?? '';
  const { refreshToken, scopes } = await redeemCode(options, attempt, code);
  const facts = { account: 'ada', accountId: 'id-ada', displayName: null, clientId: CLIENT_ID, loggedInAt: clock.now().toISOString() };
  await credentialsIn(logins).keep({ ...facts, scopes: [...scopes], refreshToken });
  return logins;
}

const refresh = async (logins: string, hours = 0, times = 1): Promise<string> =>
  (await run(process.execPath, [program, logins, server.url, String(hours), String(times)])).stdout;

/** The same, dead before its n-th change of the file system; how many it made where it lived. */
async function dyingRefresh(logins: string, at: number): Promise<number | null> {
  const argv = ['--import', `${DYING}?at=${at}`, program, logins, server.url];
  return run(process.execPath, argv).then(
    ({ stderr }) => Number(/changes: (\d+)/.exec(stderr)?.[1]),
    (error: { readonly signal?: string }) => (error.signal === 'SIGKILL' ? null : Promise.reject(error)),
  );
}

describe('a login whose refresh token is good once', () => {
  it('is refreshed by two processes at once, over and over, one with a clock that is an hour off', async () => {
    const logins = await loggedIn('two');
    const said = await Promise.all([refresh(logins, 0, 6), refresh(logins, 1, 6), refresh(logins, -1, 6)]);
    expect(said).toEqual(['ok\n', 'ok\n', 'ok\n']);
    expect(await refresh(logins)).toBe('ok\n');
  });

  it('survives a kill -9 at every change that a refresh makes', { timeout: 60_000 }, async () => {
    const changes = (await dyingRefresh(await loggedIn('whole'), 0)) ?? 0;
    expect(changes).toBeGreaterThan(5);
    for (let at = 1; at <= changes; at += 1) {
      const logins = await loggedIn(`killed-${at}`);
      expect([at, await dyingRefresh(logins, at)]).toEqual([at, null]);
      expect([at, await refresh(logins)]).toEqual([at, 'ok\n']);
      expect([at, (await credentialsIn(logins).login('ada'))?.state]).toEqual([at, 'in']);
      const left = readdirSync(logins, { recursive: true }).filter((name) => String(name).endsWith('.new'));
      expect([at, left]).toEqual([at, []]);
    }
  });
});
