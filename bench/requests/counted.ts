import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoggedRequest } from '../../simulator/http/request-log.ts';
import { CLIENT_ID, CLIENT_SECRET, refreshTokenOf } from '../../simulator/http/tokens.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { loadConfig } from '../../src/config.ts';
import { createVirtualClock } from '../../src/kernel/clock.ts';
import { STREAM_CHOICES } from '../../src/pipeline/settings.ts';
import { createApp } from '../../src/pipeline/wiring.ts';
import { CHANGED_AT, largeAccount, type Size } from './large-account.ts';
import { type Least, leastRequests, type Requests } from './least.ts';

/** One run, with what its plan foretold, what the simulator's log shows, and what the size of the account says is the least. */
export interface Counted {
  readonly name: string;
  /** Null where nobody can know before asking. */
  readonly foretold: number | null;
  readonly counted: Requests;
  readonly least: Requests;
}

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const EVERYTHING = { accounts: [], streams: [] };

/** The stream whose pass asks it. */
function streamOf({ path }: LoggedRequest): string {
  const below = path.replace('/v1/me/', '');
  if (path === '/v1/me') return 'profile';
  if (below.startsWith('player/')) return below.slice('player/'.length).replace('-', '_');
  if (below.startsWith('top/')) return below.replace('/', '_');
  if (below === 'following') return 'followed_artists';
  return below === 'playlists' || path.startsWith('/v1/playlists/') ? 'playlists' : `saved_${below}`;
}

function byStream(requests: readonly LoggedRequest[]): Requests {
  const counts: Record<string, number> = {};
  for (const request of requests.filter(({ path }) => path.startsWith('/v1'))) {
    const stream = streamOf(request);
    counts[stream] = (counts[stream] ?? 0) + 1;
  }
  return counts;
}

/** Reads the account three times: first, an hour later with nothing new, and a day later with a share of it changed. */
export async function countRequests(size: Size): Promise<readonly Counted[]> {
  const clock = createVirtualClock(new Date(CHANGED_AT - 12 * HOUR_MS));
  const tracks = size.savedTracks * (1 + size.changing);
  const simulator = createSimulator({
    ...{
      seed: 'large',
      mode: 'development',
      clock,
      artists: Math.ceil(tracks / 30) + size.followedArtists,
      accounts: [largeAccount(size)],
    },
  });
  const lake = mkdtempSync(join(tmpdir(), 'tonearm-requests-'));
  const env = {
    TONEARM_API_URL: 'http://127.0.0.1:9/v1',
    TONEARM_ACCOUNTS_URL: 'http://127.0.0.1:9',
    TONEARM_CLIENT_ID: CLIENT_ID,
    TONEARM_CLIENT_SECRET: CLIENT_SECRET,
    TONEARM_REFRESH_TOKEN: refreshTokenOf('ada'),
    TONEARM_LAKE: join(lake, 'lake'),
  };
  const config = await loadConfig({ cwd: lake, env, flags: {}, streams: STREAM_CHOICES });
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const fetching: typeof fetch = async (input, init) => simulator.app.fetch(new Request(input, init));
  const app = createApp(config, { clock, log: silent, fetch: fetching, progress: () => undefined });
  const least = leastRequests(size);
  const read = async (name: string, which: keyof Least): Promise<Counted> => {
    const { total } = await app.plan(EVERYTHING);
    const before = simulator.requests().length;
    const { outcomes } = await app.run(EVERYTHING, new AbortController().signal);
    if (outcomes.length > 0) throw new Error(outcomes.map(({ message }) => message).join('\n'));
    const foretold = which === 'unchanged' ? total.requests : null;
    return { name, foretold, counted: byStream(simulator.requests().slice(before)), least: least[which] };
  };
  try {
    const first = await read('first read', 'first');
    clock.advance(HOUR_MS);
    const unchanged = await read('nothing changed', 'unchanged');
    clock.advance(DAY_MS);
    return [first, unchanged, await read(`${size.changing * 100} % changed`, 'changed')];
  } finally {
    rmSync(lake, { recursive: true, force: true });
  }
}
