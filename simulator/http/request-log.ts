import type { FaultRule } from './faults.ts';

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  /** As sent, without `?`. */
  readonly query: string;
  readonly status: number;
  /** The pause that the answer asked for; null for none. */
  readonly retryAfterSeconds: number | null;
  /** Virtual time when it came, ISO 8601. */
  readonly at: string;
  /** The account of the token; null for none. */
  readonly account: string | null;
  readonly fault: FaultRule['kind'] | null;
}

/** Every request but those to `/_sim`, in the order they were answered. */
export interface RequestLog {
  add(entry: LoggedRequest): void;
  entries(): readonly LoggedRequest[];
  clear(): void;
}

export function createRequestLog(): RequestLog {
  let entries: LoggedRequest[] = [];
  return {
    add: (entry) => {
      entries.push(entry);
    },
    entries: () => [...entries],
    clear: () => {
      entries = [];
    },
  };
}
