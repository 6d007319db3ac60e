/** A server of the dashboard over the lake of a simulated account, asked without a port. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMovableClock, createSystemClock } from '../../src/kernel/clock.ts';
import { createServerApp } from '../../src/surfaces/http/app.ts';
import { createDesk, type Desk, type Settings } from '../../src/surfaces/http/desk.ts';
import { never, type SampleAccount, SILENT, sampleAccount } from '../sample-account.ts';

export const HOST = 'localhost:7743';

export interface ServerWorld {
  readonly sample: SampleAccount;
  readonly desk: Desk;
  /** As a page of this server asks. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  json<T>(path: string, init?: RequestInit): Promise<T>;
  /** Later, for the server and for Spotify. */
  advance(ms: number): void;
  /** Folders of uploads that are there. */
  uploads(): readonly string[];
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly token?: string;
  readonly settings?: Partial<Settings>;
  readonly allowed?: readonly string[];
  /** Reads the simulated account before anything is asked. */
  readonly isRead?: boolean;
  readonly schedule?: boolean;
}

const PAGE = '<!doctype html><title>Tonearm</title>';

/** A folder as the build of the page leaves it. */
function builtPage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tonearm-web-'));
  writeFileSync(join(folder, 'index.html'), PAGE);
  writeFileSync(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  return folder;
}

export async function serverWorld({
  token,
  settings,
  allowed = [],
  isRead = false,
  schedule = false,
}: WorldOptions = {}): Promise<ServerWorld> {
  const sample = sampleAccount({ mode: 'development', joinedOn: '2026-02-01', artists: 20, streams: ['saved_tracks', 'recently_played'] });
  if (isRead) await sample.app.run({ accounts: [], streams: [] }, never);
  const { effects } = sample;
  // Time goes on, as it does for a server: limits and pings wait for it.
  const clock = createMovableClock(createSystemClock());
  clock.set(sample.clock.now());
  const config: Settings = { ...sample.config, ...settings };
  const webFolder = builtPage();
  const tempFolder = mkdtempSync(join(tmpdir(), 'tonearm-http-'));
  const ours = { ...effects, clock, log: SILENT };
  const desk = await createDesk({ settings: config, effects: ours, version: '1.2.3', cwd: '/nowhere', tempFolder, schedule });
  const server = createServerApp(desk, { port: 7743, allowed, token: token ?? null, webFolder });
  const ask: ServerWorld['ask'] = async (path, { headers, ...init } = {}) =>
    server.request(path, {
      ...init,
      // What a browser sends by itself.
      headers: {
        host: HOST,
        ...(init.method === undefined ? {} : { origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' }),
        ...headers,
      },
    });
  return {
    sample,
    desk,
    ask,
    json: async <T>(path: string, init?: RequestInit) => (await (await ask(path, init)).json()) as T,
    advance: (ms) => {
      clock.advance(ms);
      sample.clock.advance(ms);
    },
    uploads: () => readdirSync(tempFolder),
    close: async () => {
      await desk.close();
      for (const folder of [webFolder, tempFolder, sample.config.lake]) rmSync(folder, { recursive: true, force: true });
    },
  };
}
