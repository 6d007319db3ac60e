import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { type Clock, createSystemClock } from '../../kernel/clock.ts';
import { PipelineError } from '../../kernel/errors.ts';
import { hiding, type Log } from '../../kernel/log.ts';
import { environment } from '../../pipeline/environment.ts';
import { type FunctionName, METRICS } from './functions.ts';

/** What a function touches of the world; tests bring their own. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly log: Log;
  readonly metrics: FunctionMetrics;
}

export interface FunctionMetrics {
  count(name: string, value: number): void;
  /** Writes what was counted, as one line of the log; once an invocation. */
  flush(): void;
}

/** What Lambda says of one invocation. */
export interface Invocation {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** The world of the function of that name. */
export function processWorld(serviceName: FunctionName): World {
  const env = environment();
  const logger = new Logger({ serviceName, logLevel: env.TONEARM_LOG === 'debug' ? 'DEBUG' : 'INFO' });
  const deployment = env.TONEARM_DEPLOYMENT ?? '';
  const metrics = new Metrics({
    namespace: METRICS.namespace,
    serviceName,
    ...(deployment === '' ? {} : { defaultDimensions: { deployment } }),
  });
  return {
    env,
    clock: createSystemClock(),
    fetch,
    log: hiding((level, message, facts) => logger[level](message, { facts })),
    metrics: {
      count: (name, value) => {
        metrics.addMetric(name, MetricUnit.Count, value);
      },
      flush: () => metrics.publishStoredMetrics(),
    },
  };
}

/**
 * Gives `work` a signal that fires so long before the time of the invocation is over.
 * @param marginMs what the end of the work needs
 */
export async function beforeTheEnd<T>(
  { clock }: World,
  invocation: Invocation,
  marginMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const over = new AbortController();
  const left = Math.max(0, invocation.getRemainingTimeInMillis() - marginMs);
  const alarm = clock.sleep(left, over.signal).then(
    () => stop.abort(),
    () => undefined,
  );
  try {
    return await work(stop.signal);
  } finally {
    over.abort();
    await alarm;
  }
}

/** Errors: `config` where the variable is not set. */
export function required({ env }: World, name: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new PipelineError(`${name} is not set`, { code: 'config', hint: 'Deploy again: the function was set up without it.' });
}
