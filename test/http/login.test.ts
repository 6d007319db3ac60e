import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorAnswer } from '../../src/surfaces/http/answers.ts';
import { type ServerWorld, serverWorld } from './world.ts';

const TOKEN = 'correct-horse-battery-staple';
const MINUTE_MS = 60_000;

let world: ServerWorld;
beforeAll(async () => {
  world = await serverWorld({ token: TOKEN });
});
afterAll(() => world.close());

const form = (token: string, more: Readonly<Record<string, string>> = {}, fields = ''): Promise<Response> =>
  world.ask('/login', {
    method: 'POST',
    body: `token=${encodeURIComponent(token)}${fields}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...more },
  });
const cookieOf = (response: Response): string => response.headers.get('set-cookie')?.split(';')[0] ?? '';
const statusOf = async (path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
  (await world.ask(path, { headers })).status;

describe('whoever is not logged in', () => {
  it('sees no data, no page of it, and no numbers', async () => {
    for (const path of [
      '/api/about',
      '/api/reports',
      '/api/reports/top-tracks/download?format=csv',
      '/api/events',
      '/api/none',
      '/metrics',
    ]) {
      const response = await world.ask(path);
      expect([path, response.status]).toEqual([path, 401]);
      expect(((await response.json()) as ErrorAnswer).error.code).toBe('login_needed');
    }
    for (const path of ['/api/runs', '/api/quarantine/replay', '/api/imports?name=a.zip', '/logout']) {
      expect([
        path,
        (await world.ask(path, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).status,
      ]).toEqual([path, 401]);
    }
    expect((await world.ask('/api/runs/current', { method: 'DELETE' })).status).toBe(401);
    for (const path of ['/', '/history?from=2026-01-01', '/index.html'])
      expect(await (await world.ask(path)).text()).not.toContain('Tonearm');
  });

  it('is led to the login and back again, and never to another site', async () => {
    const led = await world.ask('/history?from=2026-01-01&account=ada');
    expect([led.status, led.headers.get('location')]).toEqual([303, '/login?next=%2Fhistory%3Ffrom%3D2026-01-01%26account%3Dada']);
    const page = await (await world.ask(led.headers.get('location') ?? '')).text();
    expect(page).toContain('value="/history?from=2026-01-01&amp;account=ada"');
    for (const evil of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      '/history%0d%0ax:y',
      '"><script>alert(1)</script>',
      '/api/runs',
    ]) {
      expect(await (await world.ask(`/login?next=${encodeURIComponent(evil)}`)).text()).toContain('name="next" value="/"');
      const response = await form(TOKEN, {}, `&next=${encodeURIComponent(evil)}`);
      expect([response.status, response.headers.get('location')]).toEqual([303, '/']);
    }
  });

  it('can see that it lives, and the page that asks for the token, which works without script', async () => {
    expect(await statusOf('/health/live')).toBe(200);
    const response = await world.ask('/login');
    // A browser would leave out where a form comes from.
    expect(response.headers.get('referrer-policy')).toBe('same-origin');
    expect(await response.text()).toMatch(/<form method="post" action="\/login">(?![\s\S]*<script)/);
  });
});

describe('the token', () => {
  it('gives a cookie that scripts and other sites never see, and only https where the proxy has it', async () => {
    const plain = await form(TOKEN);
    expect(plain.headers.get('set-cookie')).toMatch(/^tonearm=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/);
    const safe = await form(TOKEN, { 'x-forwarded-proto': 'https' });
    expect(safe.headers.get('set-cookie')).toMatch(/; HttpOnly; Secure; SameSite=Strict$/);
    expect(await statusOf('/api/about', { cookie: cookieOf(plain) })).toBe(200);
    expect(await statusOf('/', { cookie: cookieOf(plain) })).toBe(200);
  });

  it('may come with each request, also from what is no browser', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect(await statusOf('/metrics', headers)).toBe(200);
    const none = { origin: '', 'sec-fetch-site': '' };
    const cancel = (more: Readonly<Record<string, string>>) =>
      world.ask('/api/runs/current', { method: 'DELETE', headers: { ...none, ...more } });
    expect((await cancel(headers)).status).toBe(404);
    expect((await cancel({ cookie: cookieOf(await form(TOKEN)) })).status).toBe(403);
  });

  it('of a cookie ends with the logout and after thirty days, and is not guessed from another', async () => {
    const cookie = cookieOf(await form(TOKEN));
    expect((await world.ask('/logout', { method: 'POST', headers: { cookie } })).status).toBe(204);
    expect(await statusOf('/api/reports', { cookie })).toBe(401);
    const other = cookieOf(await form(TOKEN));
    for (const wrong of ['tonearm=', `${other}x`, other.slice(0, -1), other.toUpperCase(), 'tonearm=true', `tonearm=${TOKEN}`])
      expect(await statusOf('/api/reports', { cookie: wrong })).toBe(401);
    expect(await statusOf('/api/reports', { cookie: other })).toBe(200);
    world.advance(31 * 24 * 60 * MINUTE_MS);
    expect(await statusOf('/api/reports', { cookie: other })).toBe(401);
  });

  it('cannot be sent by a form of another site', async () => {
    expect((await form(TOKEN, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await form(TOKEN, { host: 'evil.example:7743', origin: 'http://evil.example:7743' })).status).toBe(403);
  });

  it('is read no further than a token can be long', async () => {
    expect((await form('x'.repeat(100_000))).status).toBe(413);
  });
});

describe('guesses', () => {
  it('are five a minute, by form and by header together, and then the right one waits, too', async () => {
    world.advance(2 * MINUTE_MS);
    const statuses: number[] = [];
    for (const guess of ['a', 'b', `${TOKEN}x`]) statuses.push((await form(guess)).status);
    for (const guess of ['c', 'd', 'e']) statuses.push(await statusOf('/metrics', { authorization: `Bearer ${guess}` }));
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const right = await form(TOKEN);
    expect([right.status, right.headers.get('set-cookie')]).toEqual([429, null]);
    expect(
      Number((await world.ask('/metrics', { headers: { authorization: `Bearer ${TOKEN}` } })).headers.get('retry-after')),
    ).toBeGreaterThan(0);
    world.advance(MINUTE_MS + 1_000);
    expect((await form(TOKEN)).status).toBe(303);
  });

  it('are never repeated in what is said of them', async () => {
    world.advance(2 * MINUTE_MS);
    const response = await form('<img src=x onerror=alert(1)>');
    expect(await response.text()).not.toContain('<img');
  });
});
