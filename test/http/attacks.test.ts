import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOST, type ServerWorld, serverWorld } from './world.ts';

let world: ServerWorld;
beforeAll(async () => {
  world = await serverWorld({ allowed: ['tonearm.example.org', 'proxy.example.org:8443'] });
});
afterAll(() => world.close());

const statusOf = async (path: string, init?: RequestInit): Promise<number> => (await world.ask(path, init)).status;
const JSON_BODY = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
const post = (headers: Readonly<Record<string, string>>) =>
  statusOf('/api/runs', { ...JSON_BODY, headers: { ...JSON_BODY.headers, ...headers } });
const nothingRan = (): void => expect(world.desk.work.live()).toBeNull();

describe('a name that was made to lead here (DNS rebinding)', () => {
  it.each([
    'evil.example:7743',
    'evil.example',
    'localhost',
    'localhost:7744',
    'localhost:7743.evil.example',
    'localhost.evil.example:7743',
    '127.0.0.1.evil.example:7743',
    '192.168.1.5:7743',
    'user@localhost:7743',
    'tonearm.example.org.evil.example',
    'proxy.example.org',
    '[::1]',
    '',
  ])('is refused: %s', async (host) => {
    for (const path of ['/', '/api/reports', '/metrics', '/health/live']) expect(await statusOf(path, { headers: { host } })).toBe(403);
    expect(await post({ host, origin: `http://${host}` })).toBe(403);
    nothingRan();
  });

  it.each([
    HOST,
    '127.0.0.1:7743',
    '[::1]:7743',
    'LOCALHOST:7743',
    'tonearm.example.org',
    'tonearm.example.org:7743',
    'proxy.example.org:8443',
  ])('is not what this server is called: %s', async (host) => expect(await statusOf('/health/live', { headers: { host } })).toBe(200));
});

describe('a page of a stranger (CSRF)', () => {
  it.each([
    ['its origin', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['its origin, without the rest', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }],
    ['an origin that is none', { origin: 'null' }],
    ['an origin that begins like ours', { origin: `http://${HOST}.evil.example` }],
    ['another port of this machine', { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }],
    ['our origin, and what the browser says of it', { origin: `http://${HOST}`, 'sec-fetch-site': 'cross-site' }],
  ])('changes nothing with %s', async (_, headers) => {
    expect(await post(headers)).toBe(403);
    expect(await statusOf('/api/runs/current', { method: 'DELETE', headers })).toBe(403);
    nothingRan();
  });

  it('changes nothing where a browser says nothing of where it comes from', async () => {
    const request = (headers: Readonly<Record<string, string>>) =>
      world.ask('/api/runs', { ...JSON_BODY, headers: { ...JSON_BODY.headers, origin: '', 'sec-fetch-site': '', ...headers } });
    expect((await request({})).status).toBe(403);
    nothingRan();
  });

  it.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', ' TEXT/PLAIN;charset=utf-8'])(
    'cannot do it with a form: %s',
    async (type) => {
      expect(await post({ 'content-type': type })).toBe(403);
      nothingRan();
    },
  );

  it('does not even make the lake work, and its browser keeps every answer from it', async () => {
    for (const site of ['cross-site', 'same-site'])
      expect(await statusOf('/api/reports', { headers: { 'sec-fetch-site': site } })).toBe(403);
    const { headers } = await world.ask('/api/reports', { headers: { origin: 'https://evil.example' } });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(await statusOf('/api/reports', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } })).toBe(403);
  });

  it('may lead to the dashboard by a link', async () => {
    expect(await statusOf('/?from=2026-01-01', { headers: { 'sec-fetch-site': 'cross-site' } })).toBe(200);
  });
});

describe('every answer', () => {
  it.each(['/', '/icon.svg', '/api/reports', '/api/none', '/elsewhere', '/metrics'])('tells the browser to be strict: %s', async (path) => {
    const { headers } = await world.ask(path);
    const policy = headers.get('content-security-policy') ?? '';
    for (const part of ["default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "object-src 'none'"]) {
      expect(policy.split('; ')).toContain(part);
    }
    expect(policy).not.toMatch(/script-src|unsafe-eval|\*|scdn/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    if (path.startsWith('/api')) expect(headers.get('cache-control')).toBe('no-store');
  });

  it('names the hosts of covers only where the settings let the page ask them', async () => {
    const other = await serverWorld({ settings: { dashboard: { covers: true, token: null } } });
    const { headers } = await other.ask('/');
    expect(headers.get('content-security-policy')).toContain("img-src 'self' data: https://i.scdn.co https://mosaic.scdn.co");
    await other.close();
  });
});

describe('an address that leads out of the page (path traversal)', () => {
  it.each([
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/..%5c..%5cpackage.json',
    '/....//....//etc/passwd',
    '//etc/passwd',
    '/%00/index.html',
    '/index.html%00.svg',
    '/assets/%252e%252e%252fpackage.json',
    '/C:/Windows/win.ini',
  ])('finds nothing: %s', async (path) => {
    const response = await world.ask(path);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toMatch(/root:|"name"/);
  });
});

describe('a download', () => {
  it('has a name of known words alone, whatever the address says (header injection)', async () => {
    const path = (more: string): string => `/api/reports/top-tracks/download?format=csv&${more}`;
    for (const evil of ['from=2026-01-01%22%0d%0aset-cookie:%20a=b', 'account=x%0d%0aset-cookie:%20a=b', 'to=..%2f..%2fetc%2fpasswd']) {
      const response = await world.ask(path(evil));
      expect(response.status).toBe(400);
      expect([...response.headers.keys()]).not.toContain('set-cookie');
      expect(response.headers.get('content-disposition')).toBeNull();
    }
    const named = await world.ask('/api/reports/..%2fx%0d%0a/download?format=csv');
    expect([named.status, named.headers.get('content-disposition')]).toEqual([404, null]);
  });
});

describe('an upload', () => {
  const upload = (query: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    world.ask(`/api/imports?${query}`, { method: 'POST', body, headers: { 'content-type': 'application/octet-stream', ...headers } });
  const left = (): readonly string[] => world.uploads();

  it('that says it is too large is not read', async () => {
    const response = await upload('name=my.zip', 'x', { 'content-length': String(2 * 1024 ** 3) });
    expect(response.status).toBe(413);
    expect(left()).toEqual([]);
  });

  it.each(['..%2f..%2fevil.sh', '.zip', 'a%00.sh', '%2fetc%2fpasswd', 'x.zip%2f..%2f..%2fevil'])(
    'has no name that leads elsewhere: %s',
    async (name) => {
      expect((await upload(`name=${name}`, '{}')).status).toBe(400);
      expect(left()).toEqual([]);
    },
  );

  it('of a name with folders keeps the last part alone', async () => {
    const response = await upload('name=..%2f..%2f%2e%2e%2fStreamingHistory_music_0.json', '[]');
    const { summary } = (await response.json()) as { summary: { files: readonly { name: string }[] } };
    expect(summary.files.map(({ name }) => name)).toEqual(['StreamingHistory_music_0.json']);
  });
});

describe('what goes wrong', () => {
  it('is told without a path of this machine, and a bug without its words', async () => {
    const broken = await serverWorld();
    const { lake } = broken.sample.config;
    broken.desk.lake.look = () => Promise.reject(new Error(`ENOENT: ${lake}/catalog`));
    broken.desk.lake.current = () => Promise.reject(new Error(`ENOENT: ${lake}/catalog`));
    const response = await broken.ask('/api/about');
    const text = await response.text();
    expect([response.status, JSON.parse(text).error.message]).toEqual([500, 'this is a bug in Tonearm']);
    expect(text).not.toContain(lake);
    expect((await broken.ask('/health/ready')).status).toBe(503);
    await broken.close();
  });
});
