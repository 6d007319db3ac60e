/** Small lakes for tests of the pipeline, made of imported answers. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { VirtualClock } from '../kernel/clock.ts';
import { createFsStore } from '../landing/fs-store.ts';
import { createLanding } from '../landing/raw-writer.ts';
import type { App, Effects } from './app.ts';
import { createApp } from './wiring.ts';

const never = new AbortController().signal;
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export interface TestLake {
  /** Of the lake itself. */
  readonly folder: string;
  readonly app: App;
  /** Another process over the same lake. */
  again(effects?: Partial<Effects>, config?: Partial<Config>): App;
  /** Imports a page of these saved tracks, 28 at most. */
  land(...tracks: readonly string[]): Promise<void>;
  /** Lands it, as of that time, and builds nothing. */
  landOnly(track: string, at: Date): Promise<void>;
  rawKeys(): Promise<readonly string[]>;
  remove(): void;
}

/** A page of saved tracks as the Web API answers it. */
export function savedTracks(names: readonly string[]): unknown {
  const artist = { id: 'artist1', name: 'An artist', type: 'artist', uri: 'spotify:artist:artist1', href: '', external_urls: {} };
  const album = {
    id: 'album1',
    name: 'An album',
    type: 'album',
    album_type: 'album',
    uri: 'spotify:album:album1',
    href: '',
    external_urls: {},
    images: [],
    artists: [artist],
    release_date: '2004-11-25',
    release_date_precision: 'day',
    total_tracks: 13,
  };
  const items = names.map((name, at) => ({
    added_at: `2026-01-${String(at + 1).padStart(2, '0')}T10:00:00Z`,
    track: {
      id: name,
      name,
      type: 'track',
      uri: `spotify:track:${name}`,
      href: '',
      external_urls: {},
      external_ids: {},
      album,
      artists: [artist],
      disc_number: 1,
      duration_ms: 251_000 + at,
      explicit: false,
      is_local: false,
      track_number: at + 1,
    },
  }));
  const href = 'https://api.spotify.com/v1/me/tracks?offset=0&limit=50';
  return { href, items, limit: 50, next: null, offset: 0, previous: null, total: items.length };
}

const templates = new Map<number, string>();

/** A lake with one imported page of two saved tracks. */
export async function lakeOfSavedTracks(clock: VirtualClock): Promise<TestLake> {
  const parent = mkdtempSync(join(tmpdir(), 'tonearm-pipeline-'));
  const folder = join(parent, 'lake');
  const config: Config = {
    lake: folder,
    spotify: {
      apiUrl: 'https://api.spotify.com/v1',
      accountsUrl: 'https://accounts.spotify.com',
      clientId: null,
      clientSecret: null,
      maxRetryAfterMs: 60_000,
    },
    credentials: null,
    accounts: [{ name: 'me', refreshToken: null, timeZone: 'UTC', streams: [] }],
    watch: null,
    openLineage: null,
    retention: { web_api: null, export: null, sample: null },
    enrichment: { requestsPerRun: 0 },
    memoryLimit: '1GB',
    threads: 2,
    logLevel: 'silent',
  };
  const effects: Effects = {
    clock,
    log: SILENT,
    fetch: async () => Promise.reject(new Error('no network in tests')),
    progress: () => undefined,
  };
  const again: TestLake['again'] = (other, settings) => createApp({ ...config, ...settings }, { ...effects, ...other });
  const app = again();
  const importNamed = async (names: readonly string[]): Promise<void> => {
    const path = join(parent, `${names.join('-')}.json`);
    writeFileSync(path, JSON.stringify(savedTracks(names)));
    await app.importFiles([path], { account: null }, never);
  };
  // Built once for each time of the clock: a copy is ten times quicker.
  const at = clock.now().getTime();
  const template = templates.get(at);
  if (template === undefined) {
    await importNamed(['one', 'two']);
    const copy = mkdtempSync(join(tmpdir(), 'tonearm-template-'));
    cpSync(folder, copy, { recursive: true });
    templates.set(at, copy);
  } else {
    cpSync(template, folder, { recursive: true });
  }
  return {
    folder,
    app,
    again,
    land: (...tracks) => importNamed(tracks),
    landOnly: async (track, at) => {
      const id = `${at.toISOString().replace(/[-:.]/g, '').toLowerCase()}-0badcafe`;
      const landing = createLanding({ store: createFsStore(folder), clock, newLandedId: () => id, tempDir: parent });
      const bytes = new TextEncoder().encode(JSON.stringify(savedTracks([track])));
      const facts = { stream: 'saved_tracks', account: 'me', source: 'web_api', format: 'object', runId: 'run' } as const;
      await landing.landFile({ ...facts, bytes, name: null, observedAt: null, contract: null });
    },
    rawKeys: async () => {
      const keys: string[] = [];
      for await (const { key } of app.store.list('raw/')) keys.push(key);
      return keys;
    },
    remove: () => rmSync(parent, { recursive: true, force: true }),
  };
}
