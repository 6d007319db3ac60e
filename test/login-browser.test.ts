import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ID } from '../simulator/http/tokens.ts';
import { type SimulatorServer, serve } from '../simulator/server.ts';
import { createSimulator } from '../simulator/simulator.ts';
import { createSystemClock } from '../src/kernel/clock.ts';
import type { CliEffects } from '../src/surfaces/cli/effects.ts';
import { createTestCli, type Said, type TestCli } from '../src/surfaces/cli/testing.ts';

const CHROMIUM = '/usr/bin/chromium';
/** `.ci/run` installs it; on a machine that lacks it the tests that play the browser by fetch have to do. */
const mayBeMissing = !existsSync(CHROMIUM) && process.env.CI === undefined;

describe.skipIf(mayBeMissing)('a login in a real browser', () => {
  const clock = createSystemClock();
  let cli: TestCli;
  let server: SimulatorServer;
  let browser: Browser;
  beforeAll(async () => {
    cli = await createTestCli();
    await writeFile(join(cli.folder, 'tonearm.yaml'), 'accounts: [{name: kenji, streams: [saved_tracks, top_tracks]}]\n');
    const people = ['ada', 'kenji'].map((name) => ({
      ...{ name, displayName: name.toUpperCase(), joinedOn: '2026-01-01', country: 'JP', utcOffsetMinutes: 0, playsPerDay: 5 },
    }));
    const redirectUris = ['http://127.0.0.1/callback', 'http://[::1]/callback'];
    server = await serve(createSimulator({ seed: 'browser', mode: 'development', clock, artists: 10, accounts: people, redirectUris }), {
      port: 0,
    });
    // A sandbox cannot be had as root, which CI is; every page is ours.
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await cli?.remove();
  });

  /** What the page says at the end, once a person has answered Spotify's page. */
  async function visited(url: string, answer: 'Allow' | 'Deny'): Promise<{ readonly asked: string; readonly shown: string }> {
    const page = await browser.newPage();
    try {
      await page.goto(url);
      const asked = await page.locator('main').innerText();
      await page.getByLabel('KENJI').check();
      await page.getByRole('button', { name: answer }).press('Enter');
      await page.waitForURL('**/callback?**');
      return { asked, shown: await page.locator('main').innerText() };
    } finally {
      await page.close();
    }
  }

  async function login(
    argv: string,
    answer: 'Allow' | 'Deny',
  ): Promise<{ readonly said: Said; readonly asked: string; readonly shown: string }> {
    let pages: ReturnType<typeof visited> | null = null;
    const env: CliEffects['env'] = {
      HOME: cli.folder,
      TONEARM_API_URL: `${server.url}/v1`,
      TONEARM_ACCOUNTS_URL: server.url,
      TONEARM_CLIENT_ID: CLIENT_ID,
      TONEARM_CREDENTIALS: join(cli.folder, 'logins'),
    };
    const openBrowser = async (url: string): Promise<boolean> => {
      pages = visited(url, answer);
      return true;
    };
    const said = await cli.run(`login ${argv} --timeout 25`, { env, clock, fetch, openBrowser });
    const { asked, shown } = (await pages) ?? { asked: '', shown: '' };
    return { said, asked, shown };
  }

  it('shows what is asked for, and ends with a page that says so', async () => {
    const { said, asked, shown } = await login('--port 0', 'Allow');
    expect(said).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('kenji is logged in as KENJI') });
    expect(asked).toContain('Read your top artists and content user-top-read');
    expect(shown).toContain('Spotify has answered. Go back to the terminal; this page may be closed.');
  });

  it('by IPv6, and denied, tells both in the browser and in the terminal', async () => {
    const { said, shown } = await login('--redirect-uri http://[::1]:0/callback', 'Deny');
    expect(said).toMatchObject({ exitCode: 4, stdout: '' });
    expect(said.stderr).toContain('the permission was refused (access_denied)');
    expect(shown).toContain('Not logged in: the permission was refused (access_denied).');
  });
});
