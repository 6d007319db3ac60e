/** How long the page takes in Chromium with the processor slowed down. */
import { existsSync } from 'node:fs';

const CHROMIUM = '/usr/bin/chromium';
const SLOWED = 4;
/** So long nothing may be asked any more. */
const QUIET_MS = 500;

const PAGES = { Overview: '/?range=all', History: '/history?range=all', Pipeline: '/pipeline' };

/**
 * Milliseconds of each page, by its name, each in a browser that knows nothing yet: to the first contentful paint, and until every panel has its answer. Null
 * where there is no Chromium.
 */
export async function timePages(url) {
  if (!existsSync(CHROMIUM)) return null;
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    const found = {};
    for (const [name, path] of Object.entries(PAGES)) found[name] = await timePage(browser, `${url}${path}`);
    return found;
  } finally {
    await browser.close();
  }
}

async function timePage(browser, address) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWED });
    await page.goto(address);
    const ready = await page.waitForFunction(readySince, QUIET_MS, { polling: 'raf', timeout: 120_000 });
    const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);
    return { paint, ready: await ready.jsonValue() };
  } finally {
    await context.close();
  }
}

/** In the page: since when all panels have been ready, once that has lasted; false before. */
function readySince(quietMs) {
  const panels = document.querySelectorAll('.panel');
  const isBusy = panels.length === 0 || document.querySelector('.panel[aria-busy="true"]') !== null;
  if (isBusy) globalThis.readySince = undefined;
  else globalThis.readySince ??= performance.now();
  const since = globalThis.readySince;
  return since !== undefined && performance.now() - since > quietMs ? since : false;
}
