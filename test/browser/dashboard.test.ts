import axe, { type AxeResults } from 'axe-core';
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, Scalar } from '../../src/engines/engine.ts';
import { reportNamed } from '../../src/reports/reports.ts';
import { runReport } from '../../src/reports/run-report.ts';
import { never } from '../sample-account.ts';
import { soak } from '../soak.ts';
import { type DashboardWorld, dashboardWorld, HOSTILE, mayBeMissing, record, settled } from './world.ts';

const PAGES = ['/', '/history', '/pipeline', '/import'];
const LIMITS = { rows: 10_000, bytes: 64 * 1024 * 1024, ms: 60_000 };
const ZONE = 'Europe/Berlin';
/** Of axe's rules, those that depend on colours, sizes and what is shown. */
const OF_LOOKS = ['color-contrast', 'target-size', 'scrollable-region-focusable', 'region', 'heading-order', 'aria-hidden-focus'];

describe.skipIf(mayBeMissing)('the dashboard in a browser', () => {
  let world: DashboardWorld;
  let engine: Engine;
  beforeAll(async () => {
    world = await dashboardWorld();
    engine = await world.sample.app.engine();
  }, 120_000);
  afterAll(async () => {
    await engine?.close();
    await world?.close();
  });

  /** What the pipeline itself answers on the day of the dashboard. */
  const told = (report: string, params: Readonly<Record<string, unknown>>) =>
    runReport(engine, reportNamed(report), params, never, world.sample.clock);

  async function rowsOf(sql: string): Promise<readonly (readonly Scalar[])[]> {
    const { batches } = await engine.query({ sql, params: {}, limits: LIMITS, trust: 'ours' }, never);
    const rows: (readonly Scalar[])[] = [];
    for await (const batch of batches) rows.push(...batch);
    return rows;
  }

  const tiles = (page: Page): Promise<readonly string[]> => page.locator('.tile-value').allInnerTexts();
  const titles = (page: Page, report: string): Promise<readonly string[]> =>
    page.locator(`[data-report="${report}"] .ranked-title`).allInnerTexts();
  const digits = (text: string): number => Number(text.replaceAll(/[^\d.]/g, ''));

  describe('shows the numbers of the lake', () => {
    it('in its tiles and lists, for the period that it names', async () => {
      const { page, errors } = await world.open('/');
      const period = { from: '2026-02-01', to: '2026-03-02' };
      expect(await page.locator('.page-title').innerText()).toBe('Feb 1 – Mar 2, 2026');
      const totals = await told('listening-totals', period);
      const [plays = 0, , ms = 0, tracks = 0, artists = 0, albums = 0, days = 0] = (totals.rows[0] ?? []).map(Number);
      const shown = (await tiles(page)).map(digits);
      expect(shown).toEqual([plays, Number((ms / 3_600_000).toFixed(1)), tracks, artists, albums, days]);
      expect(plays).toBeGreaterThan(50);
      const top = await told('top-tracks', { ...period, limit: 10 });
      expect(await titles(page, 'top-tracks')).toEqual(top.rows.map(([, name]) => name));
      expect(errors).toEqual([]);
    });

    it('which are those of the SQL that every panel gives, on every page', async () => {
      let panels = 0;
      for (const path of PAGES) {
        const { page } = await world.open(path);
        for (const panel of await page.locator('[data-report]').all()) {
          await panel.locator('.tools-button').click();
          await page.evaluate("navigator.clipboard.writeText('')");
          await panel.getByRole('button', { name: 'Copy SQL' }).click();
          const copied = () => page.evaluate<string>('navigator.clipboard.readText()');
          await expect.poll(copied, { timeout: 10_000 }).not.toBe('');
          const sql = await copied();
          await panel.locator('.tools-button').click();
          await panel.getByRole('button', { name: 'As table' }).click();
          await panel.locator('tbody tr').first().waitFor();
          const cells = await panel
            .locator('tbody tr')
            .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
          const rows = await rowsOf(sql);
          expect(cells).toEqual(rows.slice(0, 500).map((row, at) => row.map((value, column) => shownAs(value, cells[at]?.[column] ?? ''))));
          panels += 1;
        }
      }
      expect(panels).toBe(14);
    }, 60_000);

    it('and compares ranks with the period before alone', async () => {
      const { page } = await world.open('/?from=2026-02-01&to=2026-02-28');
      const before = await told('top-artists', { from: '2026-01-04', to: '2026-01-31', limit: 100 });
      const now = await told('top-artists', { from: '2026-02-01', to: '2026-02-28', limit: 10 });
      const rankOf = new Map(before.rows.map(([rank, name]) => [name, Number(rank)]));
      const words = now.rows.map(([rank, name]) => {
        const moved = (rankOf.get(name ?? null) ?? 0) - Number(rank);
        return moved === 0 ? 'same place as before' : `${moved > 0 ? 'up' : 'down'} ${Math.abs(moved)} from before`;
      });
      expect(await page.locator('[data-report="top-artists"] .rank-change .unseen').allInnerTexts()).toEqual(words);
    });
  });

  describe('asks all panels the same', () => {
    /** Questions of reports since it was called. */
    function asked(page: Page): () => readonly URLSearchParams[] {
      const requests: Request[] = [];
      page.on('request', (request) => request.url().includes('/api/reports/') && requests.push(request));
      return () => requests.splice(0).map((request) => new URL(request.url()).searchParams);
    }

    it('of another period, time zone and rule, and goes back to what was asked before', async () => {
      const { page } = await world.open('/');
      const questions = asked(page);
      const first = await tiles(page);
      await page.getByLabel('7 days').check();
      await settled(page);
      const week = questions();
      expect(week.filter((one) => one.get('to') === '2026-03-02').map((one) => one.get('from'))).toEqual(Array(6).fill('2026-02-24'));
      expect(await page.locator('.page-title').innerText()).toBe('Feb 24 – Mar 2, 2026');
      const weekly = await tiles(page);
      expect(weekly).not.toEqual(first);

      await page.getByLabel('Days of').selectOption('UTC');
      await page.getByLabel('A play is').selectOption('any');
      await settled(page);
      const others = questions().filter((one) => one.has('counting'));
      expect(others.length).toBeGreaterThanOrEqual(6);
      expect(others.every((one) => one.get('time_zone') === 'UTC' && one.get('counting') === 'any')).toBe(true);
      const totals = await told('listening-totals', { from: '2026-02-24', to: '2026-03-02', time_zone: 'UTC', counting: 'any' });
      expect(digits((await tiles(page))[0] ?? '')).toBe(Number(totals.rows[0]?.[0]));

      await page.goBack();
      await page.goBack();
      await settled(page);
      expect(await tiles(page)).toEqual(weekly);
      await page.goBack();
      await settled(page);
      expect(await tiles(page)).toEqual(first);
    });

    it('in another window that is given the address, and on the other pages', async () => {
      const address = '/?from=2025-06-01&to=2025-06-30&time_zone=Asia%2FTokyo&counting=completed&compare=no';
      const { page } = await world.open(address);
      const totals = await told('listening-totals', {
        from: '2025-06-01',
        to: '2025-06-30',
        time_zone: 'Asia/Tokyo',
        counting: 'completed',
      });
      expect(digits((await tiles(page))[0] ?? '')).toBe(Number(totals.rows[0]?.[0]));
      const questions = asked(page);
      await page.getByRole('link', { name: 'History' }).click();
      await page.locator('[data-report="recent-plays"]').waitFor();
      await settled(page);
      expect(await page.locator('.page-title').innerText()).toBe('Jun 1 – 30, 2025');
      expect(questions().filter((one) => one.get('time_zone') !== 'Asia/Tokyo' && one.has('time_zone'))).toEqual([]);
      expect(new URL(page.url()).search).toBe(new URL(address, world.url).search);
    });
  });

  it('shows names as text, whatever they are', async () => {
    const { page, errors } = await world.open('/?range=all');
    await page.locator('[data-report="top-tracks"] .more').click();
    await page.locator('[data-report="top-tracks"] bdi').getByText(HOSTILE).waitFor();
    await page.goto(new URL(`/history?range=all&search=${encodeURIComponent('onerror')}`, world.url).href);
    await settled(page);
    await page.locator('[data-report="recent-plays"] bdi').getByText(HOSTILE).first().waitFor();
    await page.locator('.play-button').first().click();
    await page.locator('.evidence code').first().waitFor();
    expect(await page.evaluate('[document.images.length, "hacked" in window]')).toEqual([0, false]);
    expect(await page.locator('.evidence code').first().innerText()).toContain('Streaming_History_Audio_2025_0.json');
    expect(errors).toEqual([]);
    const links = await page.locator('a[target]').evaluateAll((all) => all.map((link) => (link as { readonly href?: string }).href ?? ''));
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !link.startsWith('https://open.spotify.com/'))).toEqual([]);
  });

  it('has nothing that axe finds in either theme, and nothing wider than the window', async () => {
    const wider = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    const broken = async (page: Page, rules: readonly string[] | null): Promise<readonly string[]> => {
      const options = { resultTypes: ['violations'], ...(rules === null ? {} : { runOnly: rules }) };
      const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    };
    for (const path of PAGES) {
      const { page } = await world.open(`${path}?range=7d`);
      await page.evaluate(axe.source);
      const wide = { found: await broken(page, null), wider: await page.evaluate(wider) };
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.setViewportSize({ width: 390, height: 900 });
      // What names and roles are is the same in every theme.
      const narrow = { found: await broken(page, soak(OF_LOOKS, null)), wider: await page.evaluate(wider) };
      await page.setViewportSize({ width: 320, height: 800 });
      const clean = { found: [], wider: 0 };
      expect([path, wide, narrow, await page.evaluate(wider)]).toEqual([path, clean, clean, 0]);
    }
  }, 60_000);

  it('keeps the look that was chosen, and can be used by keys alone', async () => {
    const { page } = await world.open('/history');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the page');
    await page.getByRole('button', { name: /^Look: as the system/ }).press('Enter');
    await page.getByRole('button', { name: /^Look: light/ }).press('Enter');
    await page.reload();
    await settled(page);
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    await page.getByRole('button', { name: /^Look: dark/ }).click();
    await page.getByRole('button', { name: 'A year earlier' }).click();
    const unknown = page.locator('[data-day="2024-12-01"]:not([data-shade])');
    await unknown.waitFor();
    expect(await unknown.getAttribute('aria-label')).toMatch(/: nothing known$/);
    await page.getByRole('button', { name: 'A year later' }).click();
    const day = page.locator('[data-day="2026-03-02"]');
    await day.focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowLeft');
    expect(await page.evaluate('document.activeElement.dataset.day')).toBe('2026-02-22');
    await page.keyboard.press('Enter');
    await settled(page);
    expect(await page.locator('.page-title').innerText()).toBe('Feb 22, 2026');
  });

  it('watches a run as it goes on, and shows what it brought', async () => {
    const { page } = await world.open('/pipeline');
    const version = await page.locator('.colophon').innerText();
    await page.getByRole('button', { name: 'Start a run' }).click();
    await page.getByRole('status').getByText('Run done').waitFor();
    await page.locator('.live .sum-true').first().waitFor();
    expect(await page.locator('.live').innerText()).toMatch(/[\d,]+ read = [\d,]+ kept.* ✓ adds up/);
    await expect.poll(() => page.locator('.colophon').innerText()).not.toBe(version);
    await expect.poll(() => page.locator('[data-report="runs"] .fact').count()).toBe(2);
  });

  it('takes an export that is dropped on it, tries it out, and imports it', async () => {
    const { page } = await world.open('/import');
    const more = JSON.stringify(
      Array.from({ length: 40 }, (_, n) => record(n, new Date(Date.parse('2024-08-01T10:00:00Z') + n * 3_600_000))),
    );
    const dropped = await page.evaluateHandle(`{
      const data = new DataTransfer();
      data.items.add(new File([${JSON.stringify(more)}], 'Streaming_History_Audio_2024_7.json'));
      data;
    }`);
    await page.dispatchEvent('.drop', 'drop', { dataTransfer: dropped });
    await page.getByText('40 read = 40 kept').first().waitFor();
    const before = await told('listening-totals', {});
    await page.getByRole('button', { name: 'Import it' }).click();
    await page.getByRole('link', { name: 'See your listening' }).click();
    await settled(page);
    await page.getByLabel('all of the record').check();
    await settled(page);
    const after = await told('listening-totals', {});
    expect(Number(after.rows[0]?.[0])).toBeGreaterThan(Number(before.rows[0]?.[0]));
    expect(digits((await tiles(page))[0] ?? '')).toBe(Number(after.rows[0]?.[0]));
  });

  it('asks for the token where there is one, and again once one has logged out', async () => {
    const token = 'a-token-of-this-test-alone';
    const url = await world.served(token);
    const { page } = await world.open('/import');
    await page.goto(`${url}history`);
    await page.locator('input[type="password"]').fill(token);
    await page.keyboard.press('Enter');
    await settled(page);
    expect(await page.locator('[data-report]').count()).toBeGreaterThan(4);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.locator('input[type="password"]').waitFor();
    await page.goto(url);
    await page.locator('input[type="password"]').waitFor();
  });

  it('says what went wrong and what to do, and tries again', async () => {
    const { page } = await world.open('/import');
    await page.route('**/api/reports/top-albums?**', (route) =>
      route.fulfill({ status: 500, json: { error: { code: 'storage', message: 'the disk is full', hint: 'Make room.' } } }),
    );
    await page.getByRole('link', { name: 'Overview', exact: true }).click();
    const panel = page.locator('[data-report="top-albums"]');
    await panel.getByRole('alert').getByText('the disk is full').waitFor();
    await page.unroute('**/api/reports/top-albums?**');
    await panel.getByRole('button', { name: 'Try again' }).click();
    await panel.locator('.ranking li').first().waitFor();
    await page.route('**/assets/table-*', (route) => route.abort());
    await panel.locator('.tools-button').click();
    await panel.getByRole('button', { name: 'As table' }).click();
    await panel.getByRole('alert').getByText('The server does not answer').waitFor();
    await page.unroute('**/assets/table-*');
    // The server of this machine is asked without a network, too: else the numbers of other days would stand there for as long as it lasts.
    const [refused] = [
      page.waitForEvent('requestfailed', (request) => request.url().includes('/api/reports/')),
      page.context().setOffline(true),
    ];
    await page.getByLabel('7 days').check();
    await refused;
    await page.context().setOffline(false);
  });
});

const NUMBER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
const DAY = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: 'UTC' });
const INSTANT = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short', timeZone: ZONE });

/** A value as a person of that country reads it in a table; `cell` tells a rank from a count, and a link from its address. */
function shownAs(value: Scalar, cell: string): string {
  if (value === null) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'string') return cell === String(value) ? cell : NUMBER.format(Number(value));
  if (value.startsWith('https://open.spotify.com/')) return 'Open in Spotify';
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return DAY.format(new Date(value));
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return value;
  // Hours are written with two digits there.
  return INSTANT.format(new Date(value)).replace(/, (\d):/, ', 0$1:');
}
