import type { Turnstile } from './turnstile.ts';
import type { Bytes } from './wire.ts';

/** Answers as bytes that may be sent as often as they are asked for. */
export interface Asking {
  /** Equal keys at the same moment are asked once; one that was answered is not asked again until it is forgotten. */
  answer(key: string, work: (signal: AbortSignal) => Promise<Bytes>, signal: AbortSignal): Promise<Bytes>;
  /** Likewise, without keeping the answer. */
  once<T>(key: string, work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>;
  forget(): void;
}

export interface AskingLimits {
  /** Of kept answers, in all and each. */
  readonly bytes: number;
  readonly bytesEach: number;
  readonly answers: number;
}

interface Flight {
  readonly result: Promise<unknown>;
  readonly end: AbortController;
  askers: number;
}

/** What is asked goes through the turnstile, and is stopped once nobody waits for it any more. */
export function createAsking(turnstile: Turnstile, limits: AskingLimits): Asking {
  const flights = new Map<string, Flight>();
  const kept = new Map<string, Bytes>();
  let bytes = 0;
  let era = 0;

  function keep(key: string, answer: Bytes): void {
    if (answer.byteLength > limits.bytesEach) return;
    kept.set(key, answer);
    bytes += answer.byteLength;
    for (const [oldest, { byteLength }] of kept) {
      if (bytes <= limits.bytes && kept.size <= limits.answers) return;
      kept.delete(oldest);
      bytes -= byteLength;
    }
  }

  function begin<T>(key: string, work: (signal: AbortSignal) => Promise<T>): Flight {
    const end = new AbortController();
    const flight: Flight = { end, askers: 0, result: turnstile.pass(() => work(end.signal), end.signal) };
    flights.set(key, flight);
    const landed = (): void => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    flight.result.then(landed, landed);
    return flight;
  }

  async function once<T>(key: string, work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const flight = flights.get(key) ?? begin(key, work);
    flight.askers += 1;
    const leave = (): void => {
      flight.askers -= 1;
      if (flight.askers > 0) return;
      if (flights.get(key) === flight) flights.delete(key);
      flight.end.abort();
    };
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    try {
      // Whoever asks by this key asks for the same type.
      return (await flight.result) as T;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  return {
    once,
    answer: async (key, work, signal) => {
      const known = kept.get(key);
      if (known !== undefined) {
        // The one asked for last goes last.
        kept.delete(key);
        kept.set(key, known);
        return known;
      }
      const asked = era;
      const found = await once(key, work, signal);
      if (asked === era && !kept.has(key)) keep(key, found);
      return found;
    },
    forget: () => {
      era += 1;
      kept.clear();
      bytes = 0;
    },
  };
}
