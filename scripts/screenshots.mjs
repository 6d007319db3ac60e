/**
 * Pictures of every page of the dashboard over the demo's lake, which `npm run demo` makes.
 *
 *     npm run screenshots -- <folder>    each page wide and 390 px, light and dark
 *     npm run screenshots                those that README.md shows, into docs/images
 *
 * Takes Debian's chromium, or the one that CHROMIUM names, and the fonts of this machine: fonts-noto-core and fonts-noto-cjk have all that the demo's names need.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const LAKE = join(root, 'demo-lake');
const PAGES = { overview: '/', history: '/history', pipeline: '/pipeline', import: '/import' };
const WIDE = { width: 1280, height: 800 };
/** As much of the first page as shows what it is. */
const TALL = { width: 1280, height: 1080 };
const NARROW = { width: 390, height: 844 };
const DAYS = 30;

/** What README.md shows: name → page, and how. */
const SHOWN = {
  overview: { path: '/', size: TALL, colorScheme: 'light' },
  history: { path: '/history', size: WIDE, colorScheme: 'dark' },
  phone: { path: '/', size: NARROW, colorScheme: 'dark' },
};

if (!existsSync(LAKE)) throw new Error('there is no demo-lake: run `npm run demo` first');
const folder = process.argv[2] === undefined ? join(root, 'docs', 'images') : resolve(process.argv[2]);
mkdirSync(folder, { recursive: true });

const server = spawn(process.execPath, ['bin/tonearm.mjs', 'serve', '--lake', LAKE, '--port', '0', '--no-schedule'], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const url = await addressOf(server);
  const search = await newestDays(url);
  const wanted = process.argv[2] === undefined ? Object.entries(SHOWN) : everyPage();
  for (const [name, look] of wanted) await picture(url, search, name, look);
} finally {
  await browser.close();
  server.kill('SIGINT');
}

/** The first line that the server prints. */
function addressOf(child) {
  return new Promise((found, failed) => {
    createInterface({ input: child.stdout }).once('line', found);
    child.once('exit', (code) => failed(new Error(`tonearm serve ended with ${code}`)));
  });
}

/** The demo's clock stands in its own year: the days before its newest play, whatever today is. */
async function newestDays(url) {
  const { rows, columns } = await (await fetch(new URL('/api/reports/recent-plays?limit=1', url))).json();
  const last = Date.parse(rows[0][columns.findIndex(({ name }) => name === 'ended_at')]);
  const day = (ms) => new Date(ms).toISOString().slice(0, 10);
  return `?from=${day(last - (DAYS - 1) * 86_400_000)}&to=${day(last)}&account=kenji`;
}

function everyPage() {
  return Object.entries(PAGES).flatMap(([page, path]) =>
    [WIDE, NARROW].flatMap((size) =>
      ['light', 'dark'].map((colorScheme) => [`${page}-${size.width}-${colorScheme}`, { path, size, colorScheme, isWhole: true }]),
    ),
  );
}

async function picture(url, search, name, { path, size, colorScheme, isWhole = false }) {
  const context = await browser.newContext({ viewport: size, colorScheme, locale: 'en-GB', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(new URL(path + search, url).href);
  await page.locator('main h1').waitFor();
  await page.locator('.waiting, [aria-busy="true"]').first().waitFor({ state: 'detached' });
  // What draws the curve is loaded when its numbers are there.
  if (path === '/') await page.locator('.trend-plot canvas').waitFor();
  // Over a whole page, what sticks to the window would lie across the middle.
  if (isWhole) await page.addStyleTag({ content: '.period { position: static !important }' });
  const file = join(folder, `${name}.png`);
  await page.screenshot({ path: file, fullPage: isWhole });
  process.stdout.write(`${file}\n`);
  await context.close();
}
