import { describe, expect, it } from 'vitest';
import type { FaultInput } from '../simulator/http/faults.ts';
import type { LoggedRequest } from '../simulator/http/request-log.ts';
import { refreshTokenOf } from '../simulator/http/tokens.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import type { RunSummary } from '../src/tables/run-summary.ts';
import { expectWholeCatalog, expectWholeRaw, knowledge, select } from './lake-facts.ts';
import { never, type SampleAccount, SILENT, sampleAccount } from './sample-account.ts';
import { isSoak, soak } from './soak.ts';

const everything = { accounts: [], streams: [] };
const HOUR_MS = 60 * 60 * 1000;
/** The faulty run begins; the run without faults begins, after every wait that a fault asks for. */
const FIRST = new Date('2026-03-02T12:00:00Z');
const SECOND = new Date(FIRST.getTime() + 3 * HOUR_MS);
const LONG_WAIT_SECONDS = 3600;

interface Expected {
  readonly exitCode: number;
  /** Codes among which every outcome is. */
  readonly codes: readonly string[];
}
interface Fault {
  readonly rules: readonly FaultInput[];
  readonly expected: Expected;
}

const DONE: Expected = { exitCode: 0, codes: [] };
const failed = (...codes: string[]): Expected => ({ exitCode: 1, codes });
const deferred = (...codes: string[]): Expected => ({ exitCode: 5, codes });

/** In the middle of what a run asks for: some answers are in by then, others are not. */
const middle = { match: '/playlists/', after: 5 };
const ALWAYS = { times: null };

const FAULTS: Readonly<Record<string, Fault>> = {
  'a short rate limit': { rules: [{ ...middle, kind: 'rate_limit', retryAfterSeconds: 7, times: 2 }], expected: DONE },
  'a rate limit without Retry-After': { rules: [{ ...middle, kind: 'rate_limit', retryAfterSeconds: null, times: 2 }], expected: DONE },
  'a rate limit beyond the cap': {
    rules: [{ ...middle, kind: 'rate_limit', retryAfterSeconds: LONG_WAIT_SECONDS }],
    expected: deferred('rate_limited'),
  },
  'a used-up quota': { rules: [{ ...middle, ...ALWAYS, kind: 'quota' }], expected: deferred('quota_exceeded') },
  'a burst of 500': { rules: [{ ...middle, kind: 'server_error', status: 500, times: 3 }], expected: DONE },
  'a burst of 502': { rules: [{ ...middle, kind: 'server_error', status: 502, times: 3 }], expected: DONE },
  '503 for ever': { rules: [{ ...middle, ...ALWAYS, kind: 'server_error', status: 503 }], expected: failed('upstream') },
  'slow answers': { rules: [{ ...middle, kind: 'slow', ms: 20_000, times: 3 }], expected: DONE },
  'answers cut off twice': { rules: [{ ...middle, kind: 'cut_off', times: 2 }], expected: DONE },
  'answers cut off for ever': { rules: [{ ...middle, ...ALWAYS, kind: 'cut_off' }], expected: failed('network') },
  'a good token refused once': { rules: [{ ...middle, kind: 'unauthorized' }], expected: DONE },
  'tokens refused for ever': {
    rules: [{ ...middle, ...ALWAYS, kind: 'unauthorized' }],
    expected: { exitCode: 4, codes: ['login_needed'] },
  },
  'no Premium': {
    rules: [
      { match: '/me', ...ALWAYS, kind: 'plain_text' },
      { ...middle, ...ALWAYS, kind: 'plain_text' },
    ],
    expected: failed('forbidden'),
  },
  'no Premium for one playlist alone': { rules: [{ ...middle, kind: 'plain_text' }], expected: failed('forbidden') },
  'a field of every play gone': { rules: [{ match: '/me/player', ...ALWAYS, kind: 'field_gone', field: 'played_at' }], expected: DONE },
  'a field of every list gone': { rules: [{ match: '/me/tracks', ...ALWAYS, kind: 'field_gone', field: 'total' }], expected: DONE },
};

function account(): SampleAccount {
  return sampleAccount({ mode: 'development', artists: 25, playsPerDay: 12, joinedOn: '2026-02-20' });
}

/** No request came while the pause lasted that a 429 before it had asked for. */
function expectNoStorm(requests: readonly LoggedRequest[], rules: readonly FaultInput[]): void {
  const pauses = rules.flatMap((rule) =>
    rule.kind === 'rate_limit' ? Array.from({ length: rule.times ?? 1 }, () => (rule.retryAfterSeconds ?? 0) * 1000) : [],
  );
  for (const [index, { fault, at }] of requests.entries()) {
    if (fault !== 'rate_limit') continue;
    const until = Date.parse(at) + (pauses.shift() ?? 0);
    expect(requests.slice(index + 1).filter((later) => Date.parse(later.at) < until)).toEqual([]);
  }
}

function expectOutcome(summary: RunSummary, { exitCode, codes }: Expected): void {
  expect({ exitCode: summary.exitCode, outcomes: summary.outcomes.filter(({ code }) => !codes.includes(code)) }).toEqual({
    exitCode,
    outcomes: [],
  });
  for (const { code, message, hint, retryAt } of summary.outcomes) {
    expect(message).toMatch(/GET \/|POST \//);
    if (code !== 'upstream') expect(hint).not.toBeNull();
    if (code === 'rate_limited') expect(Date.parse(retryAt ?? '')).toBeGreaterThanOrEqual(FIRST.getTime() + LONG_WAIT_SECONDS * 1000);
  }
}

/** A run under the faults, then one without. */
async function under(rules: readonly FaultInput[], expected: Expected | null): Promise<SampleAccount> {
  const sample = account();
  const { app, clock, simulator } = sample;
  clock.set(FIRST);
  simulator.faults.set(rules);
  const first = await app.run(everything, never);
  if (expected !== null) expectOutcome(first, expected);
  expectNoStorm(simulator.requests(), rules);
  if (expected !== null) expect(simulator.faults.rules().filter(({ times }) => (times ?? 0) > 0)).toEqual([]);
  const received = simulator.requests().filter(({ path, status, fault }) => path.startsWith('/v1') && status < 300 && fault !== 'cut_off');
  expect(await expectWholeRaw(app)).toBe(received.length);
  simulator.faults.set([]);
  clock.set(SECOND);
  const second = await app.run(everything, never);
  expect(second.outcomes).toEqual([]);
  await expectWholeCatalog(app);
  await expectWholeRaw(app);
  return sample;
}

let known: ReturnType<typeof knowledge> | null = null;
/** What an account knows whose runs no fault ever met. */
function undisturbed(): ReturnType<typeof knowledge> {
  known ??= under([], DONE).then(({ app }) => knowledge(app));
  return known;
}

describe('after a run that met a fault, the next one gives the tables of an undisturbed account', () => {
  const names = Object.keys(FAULTS);
  // Each stands alone where a run gives up or an answer is poorer; those that a run waits or asks again for share a world, but for the soak.
  const passing = ([, { rules, expected }]: readonly [string, Fault]): boolean =>
    expected === DONE && rules.every(({ kind }) => kind !== 'field_gone');
  const alone = Object.entries(FAULTS).filter((fault) => isSoak || !passing(fault));
  it.each(alone)('%s', { timeout: 60_000 }, async (_, { rules, expected }) => {
    const { app } = await under(rules, expected);
    expect(await knowledge(app)).toEqual(await undisturbed());
  });

  const together = Object.entries(FAULTS).filter(passing);
  it(together.map(([name]) => name).join(', then '), { timeout: 60_000 }, async () => {
    const rules = together.flatMap(([, fault], at) => fault.rules.map((rule) => ({ ...rule, after: at === 0 ? middle.after : 1 })));
    const { app } = await under(rules, DONE);
    expect(await knowledge(app)).toEqual(await undisturbed());
  });

  const pairs = names.flatMap((one, at) => names.slice(at + 1).map((other) => [one, other] as const));
  const every = soak(50, 1);
  const chosen = pairs.filter((_, at) => at % every === every - 1);
  it.each(chosen)('%s, and %s', { timeout: 60_000 }, async (one, other) => {
    const rules = [...(FAULTS[one]?.rules ?? []), ...(FAULTS[other]?.rules ?? [])];
    const { app } = await under(rules, null);
    expect(await knowledge(app)).toEqual(await undisturbed());
  });
});

describe('what Spotify refuses to everybody', () => {
  it('is kept for every account, since the app is what it counts', async () => {
    const sample = account();
    const [ada] = sample.config.accounts;
    if (ada === undefined) throw new Error('the sample has no account');
    const kenji = { ...ada, name: 'kenji', refreshToken: refreshTokenOf('kenji') };
    const app = createApp(
      { ...sample.config, accounts: [ada, kenji] },
      {
        clock: sample.clock,
        log: SILENT,
        fetch: async (input, init) => sample.simulator.app.fetch(new Request(input, init)),
        progress: () => undefined,
      },
    );
    const rules: readonly FaultInput[] = [{ match: '/me', kind: 'rate_limit', retryAfterSeconds: LONG_WAIT_SECONDS }];
    sample.simulator.faults.set(rules);
    const summary = await app.run(everything, never);
    expectOutcome(summary, deferred('rate_limited'));
    expectNoStorm(sample.simulator.requests(), rules);
    sample.clock.advance(LONG_WAIT_SECONDS * 1000);
    const next = await app.run(everything, never);
    expect(next.outcomes).toEqual([]);
    expect(new Set(next.streams.filter(({ requests }) => requests > 0).map((one) => one.account))).toEqual(new Set(['ada', 'kenji']));
  });

  it('an endpoint taken away is unavailable, the rest goes on, and it is read again when it is back a week later', async () => {
    const { app, clock, simulator } = account();
    simulator.faults.set([{ match: '/me/tracks', times: null, kind: 'removed' }]);
    const first = await app.run(everything, never);
    expect(first.exitCode).toBe(0);
    expect(first.streams.find(({ stream }) => stream === 'saved_tracks')).toMatchObject({ outcome: 'unavailable' });
    expect(first.streams.find(({ stream }) => stream === 'recently_played')).toMatchObject({ outcome: 'done' });
    simulator.faults.set([]);
    clock.advance(8 * 24 * HOUR_MS);
    expect((await app.run(everything, never)).outcomes).toEqual([]);
    const [[saved] = []] = await select(app, "select count(*)::integer from saved_items where item_kind = 'track' and removed_at is null");
    expect(saved).toBe(simulator.truth().accounts.find(({ name }) => name === 'ada')?.saved.track.length);
  });
});
