/** A command line in a folder of its own, whose outputs are kept. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createVirtualClock } from '../../kernel/clock.ts';
import type { CliEffects, Output } from './effects.ts';
import { main } from './main.ts';

export interface Said {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TestCli {
  readonly folder: string;
  /** Runs one command line, words separated by spaces unless given as a list. */
  run(argv: string | readonly string[], more?: Partial<CliEffects> & { readonly columns?: number }): Promise<Said>;
  remove(): Promise<void>;
}

export async function createTestCli(): Promise<TestCli> {
  const folder = await mkdtemp(join(tmpdir(), 'tonearm-cli-'));
  const clock = createVirtualClock(new Date('2026-11-21T10:00:00Z'));
  return {
    folder,
    run: async (argv, { columns, ...more } = {}) => {
      const stdout = recorded(columns);
      const stderr = recorded(columns);
      const effects: CliEffects = {
        cwd: folder,
        env: { HOME: folder },
        stdout,
        stderr,
        stdin: async () => '',
        nextLine: async () => null,
        openBrowser: async () => false,
        clock,
        fetch: async () => Promise.reject(new Error('no network in tests')),
        signal: new AbortController().signal,
        ...more,
      };
      const exitCode = await main(typeof argv === 'string' ? argv.split(' ').filter((word) => word !== '') : argv, effects);
      return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A terminal of that width; a file where there is none. */
function recorded(columns: number | undefined): Output & { text(): string } {
  const chunks: string[] = [];
  return {
    write: (chunk) => {
      chunks.push(chunk);
    },
    isTerminal: columns !== undefined,
    columns: columns ?? null,
    isOpen: () => true,
    drained: async () => undefined,
    text: () => chunks.join(''),
  };
}

/** Guarded queries run in the built child; a checkout that was never built has none. */
export async function ensureBuilt(): Promise<void> {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  if (existsSync(join(root, 'dist', 'query-child.js'))) return;
  await promisify(execFile)(process.execPath, [join(root, 'scripts', 'build.mjs')]);
}

/** A page of saved tracks as the Web API answers it. */
export function savedTracksPage(names: readonly string[]): string {
  const artist = { id: 'artist1', name: '東京事変', type: 'artist', uri: 'spotify:artist:artist1', href: '', external_urls: {} };
  const album = {
    id: 'album1',
    name: '教育',
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
    added_at: `2026-0${at + 1}-01T10:00:00Z`,
    track: {
      id: `track${at}`,
      name,
      type: 'track',
      uri: `spotify:track:track${at}`,
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
  return JSON.stringify({ href, items, limit: 50, next: null, offset: 0, previous: null, total: items.length });
}
