import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { FaultInput } from '../simulator/http/faults.ts';
import type { RateLimit } from '../simulator/http/rate-limit.ts';
import type { LoggedRequest } from '../simulator/http/request-log.ts';
import { refreshTokenOf } from '../simulator/http/tokens.ts';
import type { Config } from '../src/config.ts';
import type { App } from '../src/pipeline/app.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import { createTestCli } from '../src/surfaces/cli/testing.ts';
import { never, type SampleAccount, SILENT, sampleAccount } from './sample-account.ts';
import { sampleSpotify } from './sample-spotify.ts';

const EVERYTHING = { accounts: [], streams: [] };
/** What is asked does not depend on what is made of the answers. */
const ASKING = { ...EVERYTHING, landOnly: true };
const HOUR_MS = 60 * 60 * 1000;
const ALWAYS = { match: '/v1', times: null } as const;
/** Tries of one request. */
const TRIES = 5;

const made: string[] = [];
afterAll(() => {
  for (const lake of made) rmSync(lake, { recursive: true, force: true });
});

interface Two extends Pick<SampleAccount, 'simulator' | 'clock'> {
  /** Another process over the same lake. */
  process(): App;
  /** What was asked of the Web API since the last time this was called. */
  asked(): readonly LoggedRequest[];
}

/** Two accounts of one app, with all their streams. */
function two(rateLimit?: RateLimit): Two {
  const sample = sampleAccount({
    ...{ mode: 'development', artists: 12, playsPerDay: 4, joinedOn: '2026-02-20', allStreams: true },
    ...(rateLimit === undefined ? {} : { rateLimit }),
  });
  const { clock, simulator } = sample;
  made.push(sample.config.lake);
  const [ada] = sample.config.accounts;
  if (ada === undefined) throw new Error('the sample has no account');
  const config: Config = { ...sample.config, accounts: [ada, { ...ada, name: 'kenji', refreshToken: refreshTokenOf('kenji') }] };
  let seen = 0;
  return {
    clock,
    simulator,
    process: () =>
      createApp(config, {
        ...{ clock, log: SILENT, progress: () => undefined },
        fetch: async (input, init) => simulator.app.fetch(new Request(input, init)),
      }),
    asked: () => {
      expectPausesKept(simulator.requests());
      const news = simulator.requests().slice(seen);
      seen += news.length;
      return news.filter(({ path }) => path.startsWith('/v1'));
    },
  };
}

/** No request of any account or stream came while a pause ran that an answer before it had asked for. */
function expectPausesKept(requests: readonly LoggedRequest[]): void {
  let until = 0;
  for (const { at, path, retryAfterSeconds } of requests) {
    expect(Date.parse(at), `${path} at ${at}`).toBeGreaterThanOrEqual(until);
    until = Math.max(until, Date.parse(at) + (retryAfterSeconds ?? 0) * 1000);
  }
}

const refusals = (requests: readonly LoggedRequest[]): number => requests.filter(({ status }) => status === 429).length;

describe('under a limit', () => {
  it('two accounts are read whole by all their streams; once the pace is learned, no request is refused', { timeout: 90_000 }, async () => {
    const undisturbed = two();
    await undisturbed.process().run(ASKING, never);
    const { process, asked, clock } = two({ requests: 20 });
    expect((await process().run(ASKING, never)).outcomes).toEqual([]);
    const first = asked();
    // What is no Spotify is asked as fast as it answers: far too fast here. The second refusal measures what the first one hints at.
    expect(refusals(first)).toBeLessThanOrEqual(2);
    expect(first.length - refusals(first)).toBe(undisturbed.asked().length);
    clock.advance(8 * 24 * HOUR_MS);
    expect((await process().run(ASKING, never)).outcomes).toEqual([]);
    const later = asked();
    expect(later.length).toBeGreaterThan(20);
    expect(refusals(later)).toBe(0);
  });
});

describe('a pause beyond the cap', () => {
  const LONG: FaultInput = { match: '/v1/me/tracks', kind: 'rate_limit', retryAfterSeconds: 7200 };

  it('defers the run, and the next ones ask nothing until it has ended, not even for a token', { timeout: 60_000 }, async () => {
    const { process, asked, simulator, clock } = two();
    simulator.faults.set([LONG]);
    const first = await process().run(EVERYTHING, never);
    const until = new Date(clock.now().getTime() + 7200 * 1000).toISOString();
    expect(first).toMatchObject({ exitCode: 5, outcome: 'deferred', outcomes: [{ code: 'rate_limited', retryAt: until }] });
    asked();
    for (const minutes of [1, 60, 57]) {
      clock.advance(minutes * 60_000);
      const before = simulator.requests().length;
      const app = process();
      expect(await app.run({ ...EVERYTHING, now: true }, never)).toMatchObject({ exitCode: 5, outcomes: [{ retryAt: until }] });
      await app.doctor({ deep: false, probe: true }, never);
      expect(await app.enrich({ account: null, budget: 5 }, never)).toMatchObject({ exitCode: 0 });
      expect(await app.plan(EVERYTHING)).toMatchObject({ deferred: { until, code: 'rate_limited', isGuess: false } });
      expect((await app.status()).deferred).toMatchObject({ until });
      if (minutes === 1) expect((await app.rebuild(never)).exitCode).toBe(0);
      expect(simulator.requests()).toHaveLength(before);
    }
    clock.advance(2 * 60_000);
    const app = process();
    expect((await app.run(EVERYTHING, never)).outcomes).toEqual([]);
    expect(await app.plan(EVERYTHING)).toMatchObject({ deferred: null });
    expect(new Set(asked().map(({ account }) => account))).toEqual(new Set(['ada', 'kenji']));
  });
});

describe('on the command line', () => {
  it('a deferral is exit code 5 with its time, which plan and status show, and --now ends a guessed one', { timeout: 60_000 }, async () => {
    const { simulator, effects } = sampleSpotify();
    const cli = await createTestCli();
    const until = '2026-03-02T13:00:00.000Z';
    try {
      simulator.faults.set([{ match: '/v1/me/tracks', kind: 'quota' }]);
      const said = await cli.run('run --stream saved_tracks', effects);
      expect([said.exitCode, said.stdout]).toEqual([5, expect.stringContaining(until)]);
      expect((await cli.run('run --stream saved_tracks', effects)).exitCode).toBe(5);
      expect((await cli.run('plan', effects)).stdout).toContain(
        `quota_exceeded: a run asks nothing before ${until} (a guess): GET /me/tracks`,
      );
      expect((await cli.run('status', effects)).stdout).toContain(`nothing is asked of Spotify before ${until}: GET /me/tracks`);
      expect(JSON.parse((await cli.run('status --json', effects)).stdout).deferred).toMatchObject({ until, isGuess: true });
      expect((await cli.run('run --now --stream saved_tracks', effects)).exitCode).toBe(0);
      expect((await cli.run('plan', effects)).stdout).not.toContain('quota_exceeded');
    } finally {
      await cli.remove();
    }
  });
});

describe('a pause of the accounts service', () => {
  it('is kept as one of the Web API is', async () => {
    const { process, asked, simulator, clock } = two();
    simulator.faults.set([{ match: '/api/token', kind: 'rate_limit', retryAfterSeconds: 7200 }]);
    const first = await process().run(ASKING, never);
    expect(first).toMatchObject({ exitCode: 5, outcomes: [{ code: 'rate_limited' }] });
    clock.advance(HOUR_MS);
    expect((await process().run(ASKING, never)).exitCode).toBe(5);
    expect(asked()).toEqual([]);
    expect(simulator.requests()).toHaveLength(1);
  });
});

describe('a used-up quota', () => {
  it('defers by a guess that a person may overrule; where the person is right, runs go on at once', { timeout: 60_000 }, async () => {
    const { process, asked, simulator, clock } = two();
    simulator.faults.set([{ match: '/v1/me/tracks', times: null, kind: 'quota' }]);
    const first = await process().run(ASKING, never);
    expect(first).toMatchObject({ exitCode: 5, outcomes: [{ code: 'quota_exceeded', retryAt: '2026-03-02T13:00:00.000Z' }] });
    asked();
    expect((await process().run(ASKING, never)).exitCode).toBe(5);
    expect(asked()).toEqual([]);
    expect((await process().run({ ...ASKING, now: true }, never)).exitCode).toBe(5);
    expect(asked().filter(({ status }) => status === 429)).toHaveLength(1);
    simulator.faults.set([]);
    clock.advance(60_000);
    expect((await process().run({ ...ASKING, now: true }, never)).outcomes).toEqual([]);
    expect((await process().run(ASKING, never)).outcomes).toEqual([]);
  });
});

describe('no storm of requests comes of', () => {
  it.each<[string, FaultInput, number]>([
    ['429 for ever, with a short Retry-After', { ...ALWAYS, kind: 'rate_limit', retryAfterSeconds: 20 }, 2 * TRIES],
    ['429 for ever, without Retry-After', { ...ALWAYS, kind: 'rate_limit', retryAfterSeconds: null }, 2 * TRIES],
    ['a quota that is used up', { ...ALWAYS, kind: 'quota' }, 1],
    ['503 for ever', { ...ALWAYS, kind: 'server_error' }, 3 * TRIES],
    ['answers cut off for ever', { ...ALWAYS, kind: 'cut_off' }, 3 * TRIES],
    ['401 for ever', { ...ALWAYS, kind: 'unauthorized' }, 2 * 2],
  ])('%s', async (_, fault, most) => {
    const { process, asked, simulator } = two();
    simulator.faults.set([fault]);
    const summary = await process().run(ASKING, never);
    expect(summary.exitCode).not.toBe(0);
    const isUnwell = summary.outcomes.some(({ code }) => code === 'upstream' || code === 'network');
    expect(summary.warnings).toEqual(isUnwell ? [expect.stringContaining('left for the next run')] : []);
    const requests = asked();
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.length).toBeLessThanOrEqual(most);
  });

  it('bursts of everything at once: each costs a request, and no pause is broken', { timeout: 60_000 }, async () => {
    const undisturbed = two();
    await undisturbed.process().run(ASKING, never);
    const { process, asked, simulator } = two();
    const bursts: readonly FaultInput[] = [
      { match: '/v1/me/player', kind: 'rate_limit', retryAfterSeconds: 45, times: 2 },
      { match: '/v1/me/albums', kind: 'server_error', status: 502, times: 3 },
      { match: '/v1/me/tracks', kind: 'rate_limit', retryAfterSeconds: null, times: 3 },
      { match: '/v1/me/following', kind: 'cut_off', times: 2 },
      { match: '/v1/playlists', kind: 'rate_limit', retryAfterSeconds: 5, times: 4, after: 2 },
      { match: '/v1/me/top', kind: 'slow', ms: 20_000, times: 3 },
    ];
    simulator.faults.set(bursts);
    expect((await process().run(ASKING, never)).outcomes).toEqual([]);
    const failed = 2 + 3 + 3 + 2 + 4;
    expect(asked()).toHaveLength(undisturbed.asked().length + failed);
  });
});
