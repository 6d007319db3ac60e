import { issueToken } from '../../simulator/http/tokens.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { createSpotifyClient } from '../../src/source/client.ts';
import { createLimiter, type LimiterMemory } from '../../src/source/limiter.ts';
import { FIRST_PACE, WINDOW_MS } from '../../src/source/pace.ts';
import { createSteppingClock } from './stepping-clock.ts';

export interface Load {
  /** Requests that the simulator takes in 30 s. */
  readonly limit: number;
  /** How many ask at once, each as soon as it has its answer. */
  readonly askers: number;
  /** From sending a request to the simulator counting it, and from there to the answer: each between half and one and a half of it. */
  readonly latencyMs: number;
  /** 30-second windows to learn in, and then to be measured in. */
  readonly windows: number;
}

export interface Throughput extends Load {
  readonly refusedWhileLearning: number;
  readonly refusedAfterwards: number;
  /** Of what the simulator would have taken, once the pace was learned. */
  readonly share: number;
  /** Requests that came while a Retry-After ran and were sent after it was received. */
  readonly early: number;
}

const START = new Date('2026-03-01T12:00:00Z');
const SEED = 'throughput';
const forgetful: LimiterMemory = {
  read: async () => ({ pace: null, recent: null, deferral: null }),
  writePace: async () => undefined,
  writeDeferral: async () => undefined,
};

/** A repeatable series of numbers in [0, 1). https://en.wikipedia.org/wiki/Linear_congruential_generator */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Asks for as much as the limiter lets through, by the client that runs use. */
export async function measureThroughput(load: Load): Promise<Throughput> {
  const clock = createSteppingClock(START);
  const random = createRandom();
  const simulator = createSimulator({ seed: SEED, mode: 'development', clock, artists: 4, rateLimit: { requests: load.limit } });
  const never = new AbortController().signal;
  const half = (): Promise<void> => clock.sleep(Math.round((load.latencyMs / 2) * (0.5 + random())), never);
  let pausedUntil = 0;
  let early = 0;
  const fetching: typeof fetch = async (input, init) => {
    if (clock.now().getTime() < pausedUntil) early += 1;
    await half();
    const response = await simulator.app.fetch(new Request(input, init));
    await half();
    const seconds = Number(response.headers.get('retry-after') ?? 0);
    pausedUntil = Math.max(pausedUntil, clock.now().getTime() + seconds * 1000);
    return response;
  };
  const limiter = createLimiter({ clock, memory: forgetful, firstPace: FIRST_PACE, maxWaitMs: 60_000 });
  const client = createSpotifyClient({
    ...{ apiUrl: 'http://127.0.0.1:9/v1', fetch: fetching, clock, account: 'ada', limiter },
    tokens: { accessToken: async () => issueToken(SEED, 'ada', clock.now().getTime()), invalidate: () => undefined },
    retry: { attempts: 5, baseMs: 1_000, maxWaitMs: 60_000 },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  const learnedBy = START.getTime() + load.windows * WINDOW_MS;
  const end = learnedBy + load.windows * WINDOW_MS;
  const ask = async (): Promise<void> => {
    while (clock.now().getTime() < end) await client.get({ path: '/me' });
  };
  await clock.during(Promise.all(Array.from({ length: load.askers }, ask)));
  const refused = simulator.requests().filter(({ status }) => status === 429);
  const measured = simulator.requests().filter(({ at, status }) => status === 200 && Date.parse(at) >= learnedBy && Date.parse(at) < end);
  const isLearning = ({ at }: { readonly at: string }): boolean => Date.parse(at) < learnedBy;
  return {
    ...load,
    refusedWhileLearning: refused.filter(isLearning).length,
    refusedAfterwards: refused.filter((one) => !isLearning(one)).length,
    share: measured.length / (load.limit * load.windows),
    early,
  };
}
