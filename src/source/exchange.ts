import { type Clock, createSystemClock } from '../kernel/clock.ts';
import { PipelineError } from '../kernel/errors.ts';

/** One answer, read to its end. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export interface ExchangeEffects {
  readonly fetch: typeof fetch;
  /**
   * Measures time-outs. A request takes real time even where the pipeline's clock is virtual, so this is the system's clock unless a test
   * says otherwise.
   */
  readonly wallClock?: Clock | undefined;
  /** Longest wait for the whole of one answer; 30 s unless said otherwise. */
  readonly timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 30_000;

/**
 * One request and its whole answer, whatever its status. `what` names the request in messages, such as `GET /me/tracks`.
 *
 * Throws `network` (retryable) where no answer came, it was cut off or took too long, and `cancelled` where the signal fired.
 */
export async function exchange(
  what: string,
  url: string,
  init: RequestInit,
  effects: ExchangeEffects,
  signal: AbortSignal,
): Promise<Received> {
  if (signal.aborted) throw cancelled(what);
  const timeoutMs = effects.timeoutMs ?? TIMEOUT_MS;
  const request = new AbortController();
  const watch = new AbortController();
  const expiry = (effects.wallClock ?? createSystemClock()).sleep(timeoutMs, watch.signal).then(() => {
    request.abort();
    throw new PipelineError(`${what}: no complete answer within ${timeoutMs / 1000} s`, { code: 'network', retryable: true });
  });
  const answer = receive(what, () => effects.fetch(url, { ...init, signal: AbortSignal.any([signal, request.signal]) }), signal);
  try {
    return await Promise.race([answer, expiry]);
  } finally {
    watch.abort();
  }
}

async function receive(what: string, send: () => Promise<Response>, signal: AbortSignal): Promise<Received> {
  try {
    const response = await send();
    const body = new Uint8Array(await response.arrayBuffer());
    checkLength(what, response.headers, body);
    return { status: response.status, headers: response.headers, body };
  } catch (error) {
    if (error instanceof PipelineError) throw error;
    if (signal.aborted) throw cancelled(what);
    throw new PipelineError(`${what}: ${reason(error)}`, {
      code: 'network',
      retryable: true,
      hint: 'Check the connection and the configured addresses, then run again.',
      cause: error,
    });
  }
}

function checkLength(what: string, headers: Headers, body: Uint8Array): void {
  const announced = headers.get('content-length');
  if (announced === null || !/^\d+$/.test(announced)) return;
  // With a content encoding the header counts packed bytes, the body is unpacked.
  if ((headers.get('content-encoding') ?? 'identity') !== 'identity') return;
  if (Number(announced) === body.byteLength) return;
  throw new PipelineError(`${what}: the answer was cut off after ${body.byteLength} of ${announced} bytes`, {
    code: 'network',
    retryable: true,
  });
}

/** undici says only `fetch failed`; what failed is in its cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error && error.cause.message !== '' ? `: ${error.cause.message}` : '';
  return `${error.message}${cause}`;
}

const cancelled = (what: string): PipelineError => new PipelineError(`${what}: stopped`, { code: 'cancelled' });
