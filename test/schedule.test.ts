import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLIENT_ID, CLIENT_SECRET, refreshTokenOf } from '../simulator/http/tokens.ts';
import { serve } from '../simulator/server.ts';
import { createSystemClock } from '../src/kernel/clock.ts';
import type { JobReport } from '../src/pipeline/schedule/answers.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import { createTestCli, ensureBuilt } from '../src/surfaces/cli/testing.ts';
import { expectWholeCatalog, select } from './lake-facts.ts';
import { never, newFolder, sampleAccount, tableSums } from './sample-account.ts';
import { sampleSpotify } from './sample-spotify.ts';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const ROOT = join(import.meta.dirname, '..');
const small = {
  mode: 'development',
  artists: 15,
  playsPerDay: 30,
  joinedOn: '2026-02-20',
  streams: ['recently_played', 'saved_tracks'],
} as const;

describe('a schedule over a simulated account', () => {
  it('reads in time for a day, and leaves the tables that a rebuild makes', { timeout: 60_000 }, async () => {
    const sample = sampleAccount(small);
    const schedule = { listening: { everyMs: 12 * HOUR_MS }, enrich: null };
    const app = createApp({ ...sample.config, schedule }, { ...sample.effects, clock: sample.clock });
    const reports: JobReport[] = [];
    const end = new AbortController();
    const until = sample.clock.now().getTime() + DAY_MS;
    const onReport = (report: JobReport): void => {
      reports.push(report);
      if (sample.clock.now().getTime() > until) end.abort();
    };
    await app.schedule.keep({ isOnce: false, onReport }, end.signal);
    expect(reports.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
    const count = (name: string): number => reports.filter((report) => report.name === name).length;
    expect([count('listening') > 2, count('library'), count('check')]).toEqual([true, 2, 2]);
    const [[plays] = []] = await select(app, 'select count(*)::integer from plays');
    expect(Number(plays)).toBeGreaterThan(60);
    await expectWholeCatalog(app);
    const before = await tableSums(app);
    expect((await app.rebuild(never)).outcomes).toEqual([]);
    expect(await tableSums(app)).toEqual(before);
    await rm(sample.config.lake, { recursive: true });
  });

  it('removes what is older than it is kept, dimension rows too, with a receipt', { timeout: 60_000 }, async () => {
    const sample = sampleAccount({ ...small, streams: ['saved_tracks'] });
    await sample.app.run({ accounts: [], streams: [] }, never);
    const tracks = async (): Promise<unknown> => (await select(sample.app, 'select count(*)::integer from tracks'))[0]?.[0];
    expect(await tracks()).toBeGreaterThan(0);
    sample.clock.advance(70 * DAY_MS);
    const others = { listening: null, library: null, enrich: null, check: null };
    const config = { ...sample.config, schedule: others, retention: { web_api: null, export: null, sample: 2 } };
    const app = createApp(config, sample.effects);
    const reports: JobReport[] = [];
    await app.schedule.keep({ isOnce: true, onReport: (report) => reports.push(report) }, never);
    expect(reports).toMatchObject([{ name: 'retain', outcome: 'done', did: expect.stringMatching(/^\d+ raw objects? removed$/) }]);
    expect(await tracks()).toBe(0);
    const receipts: string[] = [];
    for await (const { key } of app.store.list('removed/')) receipts.push(key);
    expect(receipts.some((key) => key.includes('receipt'))).toBe(true);
    await rm(sample.config.lake, { recursive: true });
  });
});

describe('the verb', () => {
  it('--once does what is due and then nothing, in one document; --list shows when', { timeout: 60_000 }, async () => {
    const cli = await createTestCli();
    const { effects } = sampleSpotify();
    await writeFile(
      join(cli.folder, 'tonearm.yaml'),
      'accounts: [{ name: me, streams: [recently_played] }]\nschedule: { enrich: never }\n',
    );
    const first = await cli.run('schedule --once --json', effects);
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(first.stdout)).toMatchObject({
      jobs: [
        { name: 'listening', account: 'me', outcome: 'done' },
        { name: 'check', outcome: 'done' },
      ],
    });
    expect(JSON.parse((await cli.run('schedule --once --json', effects)).stdout)).toEqual({ jobs: [], exitCode: 0 });
    const list = await cli.run('schedule --list', effects);
    expect(list.stdout).toMatch(/^job +account +next +last started/);
    expect(list.stdout).not.toMatch(/\bnow\b|never/);
    await cli.remove();
  });

  it('ends with 4 where a person is needed, does the rest, and tells the webhook once', { timeout: 60_000 }, async () => {
    const cli = await createTestCli();
    const { effects } = sampleSpotify();
    await writeFile(
      join(cli.folder, 'tonearm.yaml'),
      'accounts: [{ name: me, streams: [recently_played] }]\nschedule: { enrich: never }\n',
    );
    const webhook = 'https://hooks.example.org/t0ken';
    const told: unknown[] = [];
    const lost = {
      ...effects,
      env: { ...effects.env, TONEARM_REFRESH_TOKEN: '', TONEARM_WEBHOOK: webhook },
      fetch: async (input: string | URL | Request, init?: RequestInit) => {
        if (input !== webhook) return effects.fetch(input, init);
        told.push(JSON.parse(String(init?.body)));
        return new Response(null, { status: 204 });
      },
    };
    const said = await cli.run('schedule --once', lost);
    expect(said).toMatchObject({ exitCode: 4, stdout: expect.stringMatching(/me\/listening {2}login_needed: .*\n.* {2}check {2}done: /) });
    expect(`${said.stdout}${said.stderr}`).not.toContain('t0ken');
    await effects.clock.sleep(2 * HOUR_MS, never);
    expect((await cli.run('schedule --once', lost)).exitCode).toBe(4);
    expect(told).toMatchObject([{ event: 'login_needed', account: 'me', details: { job: 'listening' } }]);
    await cli.remove();
  });

  it('refuses names and times that there are not', async () => {
    const cli = await createTestCli();
    const problems = async (yaml: string): Promise<string> => {
      await writeFile(join(cli.folder, 'tonearm.yaml'), yaml);
      const { exitCode, stderr } = await cli.run('schedule --list');
      expect(exitCode).toBe(2);
      return stderr;
    };
    expect(await problems('schedule:\n  listning: { every: 30m }\n')).toContain(
      'tonearm.yaml:2  schedule.listning: expected a name of the schedule. Did you mean listening?',
    );
    for (const wrong of [
      '{ every: 0m }',
      '{ every: soon }',
      '{ cron: "0 0 30 2 *" }',
      '{ cron: "@daily" }',
      'daily',
      '{ every: 1h, cron: "0 4 * * *" }',
    ]) {
      expect([wrong, await problems(`schedule: { listening: ${wrong} }\n`)]).toEqual([
        wrong,
        expect.stringContaining('expected never, {every: 30m}'),
      ]);
    }
    const told = await problems('notify: { webhook: "http://example.org/s3cret" }\n');
    expect(told).toContain('notify.webhook: expected an https:// address');
    expect(told).not.toContain('s3cret');
    await cli.remove();
  });
});

it('a process that is told to end in the midst of a run ends within seconds, lets the lake go, and leaves it whole', {
  timeout: 60_000,
}, async () => {
  await ensureBuilt();
  const sample = sampleAccount({ mode: 'development' });
  const server = await serve(sample.simulator, { port: 0 });
  const folder = newFolder();
  await mkdir(join(folder, 'lake'));
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    TONEARM_API_URL: `${server.url}/v1`,
    TONEARM_ACCOUNTS_URL: server.url,
    TONEARM_CLIENT_ID: CLIENT_ID,
    TONEARM_CLIENT_SECRET: CLIENT_SECRET,
    TONEARM_REFRESH_TOKEN: refreshTokenOf('ada'),
  };
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'tonearm.mjs'), '--json', 'schedule'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  // Well within the job `library`, after `listening`.
  await expect.poll(() => sample.simulator.requests().length, { timeout: 30_000 }).toBeGreaterThan(8);
  const clock = createSystemClock();
  const told = clock.now().getTime();
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(clock.now().getTime() - told).toBeLessThan(5_000);
  expect(code).toBe(0);
  const lines = String(Buffer.concat(said))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.at(-1)).toMatchObject({ outcome: 'cancelled', exitCode: 1 });
  await server.close();

  const [account] = sample.config.accounts;
  if (account === undefined) throw new Error('the sample has no account');
  const config = { ...sample.config, lake: join(folder, 'lake'), accounts: [{ ...account, name: 'me' }] };
  const app = createApp(config, { ...sample.effects, clock });
  expect((await app.doctor({ deep: true }, never)).filter(({ state }) => state === 'fail')).toEqual([]);
  const due = (await app.schedule.plan()).find(({ name }) => name === lines.at(-1).name);
  expect(due?.nextAt !== null && Date.parse(due?.nextAt ?? '') <= clock.now().getTime()).toBe(true);
  expect((await app.rebuild(never)).outcomes).toEqual([]);
  await expectWholeCatalog(app);
  await rm(folder, { recursive: true });
});
