import type { Clock } from './clock.ts';
import { asPipelineError, PipelineError } from './errors.ts';

export interface RetryPolicy {
  /** How often the operation is tried in all; at least 1. */
  readonly attempts: number;
  /** Upper end of the first random wait, in milliseconds; it doubles with each failure. */
  readonly baseMs: number;
  /** Longest single wait, in milliseconds. Whoever asks for a longer one gets the error back at once. */
  readonly maxWaitMs: number;
}

export interface Retrying {
  /** Number of the attempt that failed, from 1. */
  readonly attempt: number;
  readonly waitMs: number;
  readonly error: PipelineError;
}

export interface RetryEffects {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onRetry?: (retrying: Retrying) => void;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
}

/**
 * The one place where anything is tried again. Only a PipelineError that says it is `retryable` is; what the operation threw last is
 * thrown on, unchanged. Waits are exponential with full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/)
 * and never end before the error's `retryAt`; where that lies further away than `maxWaitMs`, the error is thrown without waiting.
 *
 * Throws `cancelled` when the signal fires before the first attempt or during a wait.
 */
export async function retry<T>(
  operation: (attempt: number) => Promise<T>,
  policy: RetryPolicy,
  { clock, signal, onRetry, random = Math.random }: RetryEffects,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    if (signal.aborted) throw new PipelineError('stopped before the next attempt', { code: 'cancelled' });
    try {
      return await operation(attempt);
    } catch (thrown) {
      const error = asPipelineError(thrown);
      if (!error.retryable || attempt >= policy.attempts) throw thrown;
      const waitMs = waitAfter(error, attempt, policy, clock.now(), random());
      if (waitMs === null) throw thrown;
      onRetry?.({ attempt, waitMs, error });
      await clock.sleep(waitMs, signal);
    }
  }
}

/** Whole milliseconds until the next attempt; null where the other side asks for more patience than the policy has. */
function waitAfter(error: PipelineError, attempt: number, policy: RetryPolicy, now: Date, random: number): number | null {
  const jitter = Math.floor(random * Math.min(policy.maxWaitMs, policy.baseMs * 2 ** (attempt - 1)));
  const asked = error.retryAt === null ? 0 : error.retryAt.getTime() - now.getTime();
  if (asked > policy.maxWaitMs) return null;
  return Math.max(jitter, asked);
}
