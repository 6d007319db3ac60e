/** A dashboard with a server, a lake and a browser: plays of fourteen months from an export written here, and a simulated Spotify that can be read. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { createMovableClock, createSystemClock } from '../../src/kernel/clock.ts';
import { serve } from '../../src/surfaces/http/server.ts';
import { never, type SampleAccount, SILENT, sampleAccount } from '../sample-account.ts';
import { root } from '../tracked-files.ts';

const CHROMIUM = '/usr/bin/chromium';
/** `.ci/run` installs it; a machine that lacks it does without these tests. */
export const mayBeMissing = !existsSync(CHROMIUM) && process.env.CI === undefined;

/** Names as anybody may give them to a song. */
export const HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
const NAMES = [HOSTILE, '花火', 'قلبي', '"; drop table plays; --', '{{1+1}}'];

interface Look {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
}

export interface DashboardWorld {
  readonly url: string;
  /** The address of one more server over the same lake, which asks for the token. */
  served(token: string): Promise<string>;
  readonly sample: SampleAccount;
  /** Always in the same window, since one more costs as much as a test; what it logs as an error from now on is in `errors`. */
  open(path: string, look?: Look): Promise<{ readonly page: Page; readonly errors: readonly string[] }>;
  close(): Promise<void>;
}

/** A record of the extended history, as Spotify writes it. */
export const record = (n: number, endedAt: Date): Readonly<Record<string, unknown>> => ({
  ts: `${endedAt.toISOString().slice(0, 19)}Z`,
  ms_played: 25_000 + ((n * 7_919) % 230_000),
  master_metadata_track_name: NAMES[n % 29] ?? `Song ${n % 29}`,
  master_metadata_album_artist_name: `Artist ${n % 7}`,
  master_metadata_album_album_name: `Album ${n % 11}`,
  spotify_track_uri: `spotify:track:${String(n % 29).padStart(22, '0')}`,
  reason_end: n % 3 === 0 ? 'fwdbtn' : 'trackdone',
});

const START = Date.parse('2025-01-03T06:20:00Z');
const STEP_MS = 7 * 60 * 60_000 + 11 * 60_000;
const COUNT = 1_400;

/** Plays at all hours, the last of them in the days before the clock's today. */
const history = (): string => JSON.stringify(Array.from({ length: COUNT }, (_, n) => record(n * n, new Date(START + n * STEP_MS))));

async function builtPage(folder: string): Promise<void> {
  await build({ configFile: join(root, 'web/vite.config.ts'), logLevel: 'error', build: { outDir: folder } });
}

export async function dashboardWorld(): Promise<DashboardWorld> {
  const sample = sampleAccount({ mode: 'development', joinedOn: '2026-02-01', artists: 20, streams: ['saved_tracks', 'recently_played'] });
  const scratch = mkdtempSync(join(tmpdir(), 'tonearm-browser-'));
  const exported = join(scratch, 'Streaming_History_Audio_2025_0.json');
  writeFileSync(exported, history());
  await sample.app.importFiles([exported], { account: null }, never);
  const web = join(scratch, 'web');
  await builtPage(web);
  const clock = createMovableClock(createSystemClock());
  clock.set(sample.clock.now());
  const end = new AbortController();
  const servers: Promise<void>[] = [];
  const served = (token: string | null): Promise<string> =>
    new Promise((onListening, reject) => {
      const place = { version: '1.2.3', cwd: '/nowhere', schedule: false, port: 0, host: '127.0.0.1', allowed: [], webFolder: web };
      const server = serve(
        { settings: sample.config, effects: { ...sample.effects, clock, log: SILENT }, ...place, token, onListening },
        end.signal,
      );
      server.catch(reject);
      servers.push(server);
    });
  const url = await served(null);
  // A sandbox cannot be had as root, which CI is; every page is ours.
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--in-process-gpu', '--no-zygote'],
  });
  // Its own time zone is to be of no matter.
  const context = await browser.newContext({
    ...{ locale: 'en-US', timezoneId: 'Pacific/Apia', reducedMotion: 'reduce' },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  return {
    url,
    served,
    sample,
    open: async (path, { colorScheme = 'light', width = 1280 } = {}) => {
      page.removeAllListeners();
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      const errors: string[] = [];
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      page.on('pageerror', (error) => errors.push(error.message));
      await page.goto(new URL(path, url).href);
      await settled(page);
      return { page, errors };
    },
    close: async () => {
      await browser.close();
      end.abort();
      await Promise.all(servers);
      rmSync(scratch, { recursive: true, force: true });
      rmSync(sample.config.lake, { recursive: true, force: true });
    },
  };
}

/** Every panel has its answer. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').waitFor();
  await page.locator('.waiting, [aria-busy="true"]').first().waitFor({ state: 'detached' });
}
