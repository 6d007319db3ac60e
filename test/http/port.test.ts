import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createMovableClock, createSystemClock } from '../../src/kernel/clock.ts';
import type { LiveEvents } from '../../src/surfaces/http/answers.ts';
import { serve } from '../../src/surfaces/http/server.ts';
import { SILENT, sampleAccount } from '../sample-account.ts';

const sample = sampleAccount({ mode: 'development', joinedOn: '2026-02-01', artists: 20, streams: ['recently_played'] });
afterAll(() => rmSync(sample.config.lake, { recursive: true, force: true }));

interface Running {
  readonly url: string;
  readonly port: number;
  /** As Ctrl-C; resolves once the server has ended. */
  stop(): Promise<void>;
}
const open: Running[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.stop();
});

async function running(options: { port?: number; fetch?: typeof fetch; schedule?: boolean } = {}): Promise<Running> {
  const end = new AbortController();
  const clock = createMovableClock(createSystemClock());
  clock.set(sample.clock.now());
  const settings = { ...sample.config, schedule: { listening: { everyMs: 60_000 }, check: null, enrich: null } };
  const effects = { clock, fetch: options.fetch ?? sample.effects.fetch, log: SILENT };
  const listening = new EventTarget();
  const told = once(listening, 'url');
  let url = '';
  const served = serve(
    {
      ...{ settings, effects, version: '1', cwd: '/nowhere', schedule: options.schedule ?? false, webFolder: '/nowhere' },
      ...{ port: options.port ?? 0, host: '127.0.0.1', allowed: [], token: null },
      onListening: (address) => {
        url = address;
        listening.dispatchEvent(new Event('url'));
      },
    },
    end.signal,
  );
  await Promise.race([told, served]);
  const stop = async (): Promise<void> => {
    end.abort();
    await served;
  };
  const server = { url, port: Number(new URL(url).port), stop };
  open.push(server);
  return server;
}

const post = (url: string): Promise<Response> =>
  fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', 'sec-fetch-site': 'none' } });

/** What a server says to bytes that no client of ours would send. */
async function said(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(request);
  return text(socket);
}

/** Events as they come, until one of them is the last. */
async function heard(
  url: string,
  isLast: (live: LiveEvents['run']) => boolean,
  onOpen: () => void = () => undefined,
): Promise<readonly LiveEvents['run'][]> {
  const response = await fetch(`${url}api/events`);
  onOpen();
  const runs: LiveEvents['run'][] = [];
  let rest = '';
  for await (const chunk of response.body ?? []) {
    const lines = (rest + Buffer.from(chunk).toString()).split('\n\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const data = /^id: \d+\nevent: run\ndata: (.*)$/.exec(line)?.[1];
      if (data === undefined) continue;
      const live = JSON.parse(data) as LiveEvents['run'];
      runs.push(live);
      if (isLast(live)) return runs;
    }
  }
  return runs;
}

describe('the server on a port', () => {
  it('answers its own name there, and nothing to what is no request of a browser', async () => {
    const { url, port } = await running();
    expect((await fetch(`${url}health/live`)).status).toBe(200);
    expect((await fetch(url)).status).toBe(503);
    expect(await (await fetch(url)).text()).toContain('npm run build');
    const request = (line: string, host = `Host: 127.0.0.1:${port}\r\n`) => said(port, `${line}\r\n${host}Connection: close\r\n\r\n`);
    expect(await request('GET /../../etc/passwd HTTP/1.1')).toMatch(/^HTTP\/1.1 40[04] /);
    expect(await request('GET /..%2f..%2fetc/passwd HTTP/1.1')).toMatch(/^HTTP\/1.1 404 /);
    expect(await request('GET /health/live HTTP/1.1', 'Host: evil.example\r\n')).toMatch(/^HTTP\/1.1 403 /);
    expect(await request('GET http://evil.example/health/live HTTP/1.1', 'Host: evil.example\r\n')).toMatch(/^HTTP\/1.1 403 /);
    expect(await request('GET /health/live HTTP/1.1', '')).toMatch(/^HTTP\/1.1 400 /);
    expect(await request('GET /health/live HTTP/1.1', `Host: 127.0.0.1:${port}\r\nHost: evil.example\r\n`)).toMatch(/^HTTP\/1.1 40[03] /);
  });

  it('ends with Ctrl-C: pages are let go, and a run is stopped in order', async () => {
    const [asked, never] = [new AbortController(), new AbortController().signal];
    // Spotify does not answer until it is not wanted any more.
    const { url, port, stop } = await running({
      fetch: async (_, init) => {
        const { signal = never } = init ?? {};
        asked.abort();
        if (signal !== null && !signal.aborted) await once(signal, 'abort');
        throw signal?.reason;
      },
    });
    const opened = new AbortController();
    const page = heard(
      url,
      () => false,
      () => opened.abort(),
    );
    if (!opened.signal.aborted) await once(opened.signal, 'abort');
    expect((await post(`${url}api/runs`)).status).toBe(202);
    if (!asked.signal.aborted) await once(asked.signal, 'abort');
    await stop();
    const runs = await page;
    expect([runs[0]?.state, runs.at(-1)?.state]).toEqual(['running', 'cancelled']);
    await expect(fetch(`${url}health/live`)).rejects.toThrow();
    // The lake is free again, and so is the port.
    const again = await running({ port });
    expect((await post(`${again.url}api/runs`)).status).toBe(202);
  });

  it('says what to do where the port is taken', async () => {
    const { port } = await running();
    await expect(running({ port })).rejects.toMatchObject({ code: 'config', hint: expect.stringContaining('--port') });
  });

  it('does the jobs of the schedule, and tells of them', async () => {
    const page = new AbortController();
    const { url } = await running({
      schedule: true,
      fetch: async (input, init) => {
        if (!page.signal.aborted) await once(page.signal, 'abort');
        return sample.effects.fetch(input, init);
      },
    });
    const runs = await heard(
      url,
      ({ state }) => state === 'done',
      () => page.abort(),
    );
    expect(runs.at(-1)).toMatchObject({ verb: 'schedule', state: 'done', summary: { verb: 'run', outcome: 'done' } });
    const pipeline = (await (await fetch(`${url}api/pipeline`)).json()) as { jobs: readonly { name: string; startedAt: string }[] };
    expect(pipeline.jobs).toMatchObject([{ name: 'listening', startedAt: expect.any(String) }]);
  });
});
