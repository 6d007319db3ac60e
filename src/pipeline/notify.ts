import type { Clock } from '../kernel/clock.ts';
import { asPipelineError, PipelineError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { retry } from '../kernel/retry.ts';
import { exchange } from '../source/exchange.ts';

/** What a webhook is told, as JSON. Names and details hold no secret. */
export interface Notice {
  /** Such as `login_needed`; docs/runbook.md lists them. */
  readonly event: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Absent where it is of no account. */
  readonly account?: string;
  readonly message: string;
  readonly hint: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface NotifierOptions {
  /** Null: nobody is told. It may hold a token, so no log or error names it. */
  readonly webhook: string | null;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly log: Log;
}

/** False: it could not be delivered, and somebody should try again later. Never throws. */
export type Notify = (notice: Notice, signal: AbortSignal) => Promise<boolean>;

/** A receiver that is down must not hold up the schedule for long. */
const TIMEOUT_MS = 5_000;
const POLICY = { attempts: 3, baseMs: 1_000, maxWaitMs: 5_000 } as const;
const AGAIN: ReadonlySet<number> = new Set([408, 429]);

/** Posts notices to the webhook of the settings, with a few retries. */
export function createNotifier({ webhook, fetch, clock, log }: NotifierOptions): Notify {
  if (webhook === null) return async () => true;
  const post = async (notice: Notice, signal: AbortSignal): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    // A redirect could carry the notice, and what the address holds, elsewhere.
    const init: RequestInit = { method: 'POST', headers, body: JSON.stringify(notice), redirect: 'manual' };
    const { status } = await exchange('the webhook', webhook, init, { fetch, timeoutMs: TIMEOUT_MS }, signal);
    if (status >= 200 && status < 300) return;
    throw new PipelineError(`the webhook answered ${status}`, { code: 'bad_response', retryable: status >= 500 || AGAIN.has(status) });
  };
  return async (notice, signal) => {
    try {
      await retry(() => post(notice, signal), POLICY, { clock, signal });
      return true;
    } catch (error) {
      // Messages of the network may repeat the address.
      const cause = asPipelineError(error).message.replaceAll(webhook, '[hidden]').replaceAll(new URL(webhook).host, '[hidden]');
      log.warn('the webhook could not be told', { event: notice.event, cause });
      return false;
    }
  };
}
