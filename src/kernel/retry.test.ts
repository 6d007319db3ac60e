import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Clock, createVirtualClock } from './clock.ts';
import { PipelineError } from './errors.ts';
import { type Retrying, type RetryPolicy, retry } from './retry.ts';

const start = new Date('2026-03-01T12:00:00Z');
const never = new AbortController().signal;
const policy: RetryPolicy = { attempts: 4, baseMs: 500, maxWaitMs: 60_000 };

const flaky = (retryAt?: Date): PipelineError =>
  new PipelineError('GET /me timed out', { code: 'network', retryable: true, ...(retryAt === undefined ? {} : { retryAt }) });

interface Outcome {
  readonly attempts: number;
  readonly waits: readonly number[];
  readonly thrown: unknown;
}

/** Runs an operation that fails with `failures[n]`, one after the other, and then succeeds. */
async function outcomeOf(failures: readonly unknown[], given: RetryPolicy, random: () => number = () => 0.5): Promise<Outcome> {
  const virtual = createVirtualClock(start);
  const waits: number[] = [];
  const clock: Clock = {
    now: virtual.now,
    sleep: (ms, signal) => {
      waits.push(ms);
      return virtual.sleep(ms, signal);
    },
  };
  let attempts = 0;
  const operation = async (): Promise<string> => {
    const failure = failures[attempts];
    attempts += 1;
    if (failure !== undefined) throw failure;
    return 'done';
  };
  const thrown = await retry(operation, given, { clock, signal: never, random }).then(
    () => null,
    (error: unknown) => error,
  );
  return { attempts, waits, thrown };
}

describe('retry', () => {
  it('gives back the first success', async () => {
    const outcome = await outcomeOf([flaky(), flaky()], policy);
    expect(outcome).toEqual({ attempts: 3, waits: [250, 500], thrown: null });
  });

  it('throws the very error of the last attempt', async () => {
    const last = flaky();
    const outcome = await outcomeOf([flaky(), flaky(), flaky(), last], policy);
    expect(outcome.attempts).toBe(4);
    expect(outcome.thrown).toBe(last);
  });

  it('does not try again what is not retryable', async () => {
    const refused = new PipelineError('403', { code: 'forbidden' });
    expect(await outcomeOf([refused], policy)).toEqual({ attempts: 1, waits: [], thrown: refused });
  });

  it('does not try again what is no PipelineError, and keeps it as it is', async () => {
    const bug = new TypeError('x is not a function');
    expect(await outcomeOf([bug], policy)).toEqual({ attempts: 1, waits: [], thrown: bug });
  });

  it('waits as long as Retry-After asks, when that is within the cap', async () => {
    const outcome = await outcomeOf([flaky(new Date(start.getTime() + 60_000))], policy);
    expect(outcome).toEqual({ attempts: 2, waits: [60_000], thrown: null });
  });

  it('throws at once when Retry-After lies beyond the cap', async () => {
    const error = flaky(new Date(start.getTime() + 60_001));
    expect(await outcomeOf([error], policy)).toEqual({ attempts: 1, waits: [], thrown: error });
  });

  it('backs off as usual when the time to come back has passed', async () => {
    expect((await outcomeOf([flaky(new Date(start.getTime() - 5_000))], policy)).waits).toEqual([250]);
  });

  it('tells of each wait before it begins', async () => {
    const clock = createVirtualClock(start);
    const told: (Retrying & { at: string })[] = [];
    const error = flaky();
    await retry(async (attempt) => (attempt < 3 ? Promise.reject(error) : attempt), policy, {
      clock,
      signal: never,
      random: () => 0.5,
      onRetry: (retrying) => told.push({ ...retrying, at: clock.now().toISOString() }),
    });
    expect(told).toEqual([
      { attempt: 1, waitMs: 250, error, at: '2026-03-01T12:00:00.000Z' },
      { attempt: 2, waitMs: 500, error, at: '2026-03-01T12:00:00.250Z' },
    ]);
  });

  it('does not begin when the signal has fired, and ends with `cancelled` when it fires while waiting', async () => {
    const clock = createVirtualClock(start);
    const stop = new AbortController();
    let attempts = 0;
    const operation = async (): Promise<never> => {
      attempts += 1;
      stop.abort();
      throw flaky();
    };
    await expect(retry(operation, policy, { clock, signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
    await expect(retry(operation, policy, { clock, signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(attempts).toBe(1);
  });
});

const policies = fc.record({
  attempts: fc.integer({ min: 1, max: 8 }),
  baseMs: fc.integer({ min: 0, max: 5_000 }),
  maxWaitMs: fc.integer({ min: 0, max: 60_000 }),
});
const failures = fc.array(
  fc
    .option(fc.integer({ min: -10_000, max: 120_000 }), { nil: null })
    .map((ms) => flaky(ms === null ? undefined : new Date(start.getTime() + ms))),
  { maxLength: 12 },
);
const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('laws of retry', () => {
  it('never tries more often than the policy allows', () =>
    fc.assert(
      fc.asyncProperty(failures, policies, randoms, async (errors, given, random) => {
        expect((await outcomeOf(errors, given, () => random)).attempts).toBeLessThanOrEqual(given.attempts);
      }),
    ));

  it('never waits longer than the cap', () =>
    fc.assert(
      fc.asyncProperty(failures, policies, randoms, async (errors, given, random) => {
        for (const wait of (await outcomeOf(errors, given, () => random)).waits) expect(wait).toBeLessThanOrEqual(given.maxWaitMs);
      }),
    ));

  it('never comes back before retryAt', () =>
    fc.assert(
      fc.asyncProperty(failures, policies, randoms, async (errors, given, random) => {
        const { attempts, waits } = await outcomeOf(errors, given, () => random);
        let now = start.getTime();
        for (let next = 1; next < attempts; next += 1) {
          now += waits[next - 1] ?? 0;
          expect(now).toBeGreaterThanOrEqual(errors[next - 1]?.retryAt?.getTime() ?? 0);
        }
      }),
    ));
});
