import { PipelineError } from '../../kernel/errors.ts';
import { RequestFailure } from './failure.ts';

/** Lets so many pieces of work in at once; the others wait in the order in which they came. */
export interface Turnstile {
  /** Errors: `cancelled` where the signal fires before its turn; `limit_exceeded` where too many wait; those of `work`. */
  pass<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export function createTurnstile({ atOnce, mostWaiting }: { readonly atOnce: number; readonly mostWaiting: number }): Turnstile {
  let inside = 0;
  const waiting: (() => void)[] = [];

  function turn(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(gone());
    if (inside < atOnce) {
      inside += 1;
      return Promise.resolve();
    }
    if (waiting.length >= mostWaiting) return Promise.reject(tooMany());
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(gone());
      };
      waiting.push(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  return {
    pass: async (work, signal) => {
      await turn(signal);
      try {
        return await work();
      } finally {
        // Whoever waits longest takes the place as it is.
        const next = waiting.shift();
        if (next === undefined) inside -= 1;
        else next();
      }
    },
  };
}

const gone = (): PipelineError => new PipelineError('nobody waits for the answer any more', { code: 'cancelled' });
const tooMany = (): PipelineError =>
  new RequestFailure(503, 'limit_exceeded', 'too many questions wait for an answer', 'Try again in a moment.');
