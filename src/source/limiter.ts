import type { Clock } from '../kernel/clock.ts';
import { PipelineError } from '../kernel/errors.ts';
import type { Pace } from './pace.ts';
import { createRequestWindow, type Sent } from './request-window.ts';

/** Until when nobody may ask in the name of the app, and why. */
export interface Deferral {
  /** ISO 8601 UTC. */
  readonly until: string;
  /** ISO 8601 UTC, when the answer came. */
  readonly since: string;
  readonly code: 'rate_limited' | 'quota_exceeded';
  /** What was answered, to which request. */
  readonly message: string;
  /** Spotify did not say until when: `until` is a guess. */
  readonly isGuess: boolean;
  /** How many guesses in a row were too early. */
  readonly guesses: number;
}

/** What the next process must know. `sent` requests were answered at `at` or before, and may still count. */
export interface Remembered {
  readonly pace: Pace | null;
  readonly recent: { readonly sent: number; readonly at: string } | null;
  readonly deferral: Deferral | null;
}

/** Where it is kept; shared with other processes, so that it may say more than this one knows. Writing is best effort. */
export interface LimiterMemory {
  read(): Promise<Remembered>;
  writePace(pace: Pace, recent: Remembered['recent']): Promise<void>;
  writeDeferral(deferral: Deferral): Promise<void>;
}

export interface LimiterOptions {
  readonly clock: Clock;
  readonly memory: LimiterMemory;
  /** Requests in 30 s where nothing has been learned yet. */
  readonly firstPace: number;
  /** The longest pause that is sat out, in milliseconds; a longer one is an error at once. */
  readonly maxWaitMs: number;
}

/** A place among the requests of the last 30 s. Exactly one of the two is called, once the answer is there or none will come. */
export interface Slot {
  accepted(): void;
  /** The error to throw: the same, with the time to come back where it had none. */
  refused(error: PipelineError): Promise<PipelineError>;
}

/** All requests of one app go through it, whichever account or stream they are for: Spotify counts by app. */
export interface Limiter {
  /**
   * Waits until one more request is safe. Errors: `rate_limited`, `quota_exceeded` with `retryAt` while a pause lasts that is not sat out;
   * `cancelled`.
   */
  admit(signal: AbortSignal): Promise<Slot>;
  /** Asks though the quota was used up and its end is only guessed. A pause that Spotify itself named is kept whatever anybody wants. */
  ignoreGuess(): void;
  /** Keeps what was learned for the next process. */
  save(): Promise<void>;
}

/** After so long without a look, another process may have been told of a pause. */
const LOOK_AGAIN_MS = 5_000;
/** The first pause where Spotify names none; it doubles with each refusal after the other. */
const FIRST_PAUSE_MS = 1_000;
/** A pause that began further ahead than this was written down by a clock that was wrong; clocks of two machines differ by less. */
const WRONG_CLOCK_MS = 60 * 60 * 1000;
const QUOTA_PAUSE_MS = 60 * 60 * 1000;
const LONGEST_QUOTA_PAUSE_MS = 24 * QUOTA_PAUSE_MS;

/**
 * A limiter over the rolling window of 30 s. While a Retry-After runs nobody is admitted; a pause is remembered before anybody is told of
 * it, so that another process, and the next one, keep it, too.
 */
export function createLimiter({ clock, memory, firstPace, maxWaitMs }: LimiterOptions): Limiter {
  const window = createRequestWindow(firstPace);
  const pauses = createPauses(maxWaitMs);
  let remembered: Pace | null = null;
  let lookedAt = 0;
  let started: Promise<void> | null = null;
  let queue: Promise<unknown> = Promise.resolve();

  const time = (): number => clock.now().getTime();

  async function start(): Promise<void> {
    const { pace, recent, deferral } = await memory.read();
    remembered = pace;
    lookedAt = time();
    pauses.recall(deferral, lookedAt);
    window.resume(pace, recent?.sent ?? 0, Date.parse(recent?.at ?? '') || 0, time());
  }

  async function next(signal: AbortSignal): Promise<Slot> {
    started ??= start();
    await started;
    for (;;) {
      if (Math.abs(time() - lookedAt) >= LOOK_AGAIN_MS) await lookAgain();
      const wait = Math.max(pauses.untilEnd(time()), window.untilRoom(time()));
      if (wait === 0) return slotOf(window.take(time()));
      await clock.sleep(wait, signal);
    }
  }

  async function lookAgain(): Promise<void> {
    lookedAt = time();
    pauses.recall((await memory.read()).deferral, lookedAt);
  }

  function slotOf(sent: Sent): Slot {
    return {
      accepted: () => {
        sent.answeredAt = time();
        sent.isAccepted = true;
        pauses.over();
      },
      refused: async (error) => {
        const now = time();
        sent.answeredAt = now;
        if (error.code === 'rate_limited') window.refused(now);
        const pause = pauses.after(error, now);
        if (pause === null) return error;
        await memory.writeDeferral(pause);
        if (!pause.isGuess) return error;
        return new PipelineError(error.message, { code: error.code, retryAt: new Date(pause.until), cause: error, hint: GUESSED });
      },
    };
  }

  return {
    admit: (signal) => {
      // One after the other: who waits longest goes first, and one look at the window is true for one request.
      const turn = queue.then(() => next(signal));
      queue = turn.catch(() => undefined);
      return turn;
    },
    ignoreGuess: pauses.ignoreGuess,
    save: async () => {
      const now = time();
      const wrong = pauses.wrongGuess();
      if (wrong !== null) await memory.writeDeferral({ ...wrong, until: clock.now().toISOString(), guesses: 0 });
      const pace = window.pace();
      const sent = window.recent(now);
      const known = remembered ?? { allowed: firstPace, refused: null };
      // A few requests that nobody counts do no harm; a state file for every run would.
      if (known.allowed === pace.allowed && known.refused === pace.refused && sent < pace.allowed / 4) return;
      remembered = pace;
      await memory.writePace(pace, sent === 0 ? null : { sent, at: new Date(now).toISOString() });
    },
  };
}

/** The pause that lasts, and how long the next one is where Spotify does not say. Times in milliseconds. */
function createPauses(maxWaitMs: number) {
  let deferral: Deferral | null = null;
  let unnamed = 0;
  let guesses = 0;
  let isGuessIgnored = false;
  let ignored: Deferral | null = null;
  let isOver = false;

  const adopt = (found: Deferral): Deferral => {
    if (deferral === null || Date.parse(found.until) > Date.parse(deferral.until)) deferral = found;
    return found;
  };

  return {
    recall: (found: Deferral | null, now: number): void => {
      if (found === null) return;
      if (!isOver) guesses = Math.max(guesses, found.guesses);
      if (!isLasting(found, now)) return;
      if (isGuessIgnored && found.isGuess) ignored = found;
      else adopt(found);
    },
    ignoreGuess: (): void => {
      isGuessIgnored = true;
    },
    /** Throws where it is longer than anybody sits out. */
    untilEnd: (now: number): number => {
      if (deferral === null || !isLasting(deferral, now)) return 0;
      const left = Date.parse(deferral.until) - now;
      if (left > maxWaitMs) throw stillDeferred(deferral);
      return left;
    },
    /** An answer shows that no pause lasts. */
    over: (): void => {
      unnamed = 0;
      guesses = 0;
      isOver = true;
    },
    /** The guess that was ignored, and rightly: there were answers, and no refusal after them. Null for none. */
    wrongGuess: (): Deferral | null => (isOver ? ignored : null),
    /** The pause that an error asks for; null for none. */
    after: ({ code, message, retryAt }: PipelineError, now: number): Deferral | null => {
      const pause = (until: Date, facts: Pick<Deferral, 'isGuess' | 'guesses'> = { isGuess: false, guesses: 0 }): Deferral =>
        adopt({
          until: until.toISOString(),
          since: new Date(now).toISOString(),
          code: code === 'quota_exceeded' ? code : 'rate_limited',
          message,
          ...facts,
        });
      if (retryAt !== null) return pause(retryAt);
      if (code === 'rate_limited') {
        unnamed += 1;
        return pause(new Date(now + Math.min(maxWaitMs, FIRST_PAUSE_MS * 2 ** (unnamed - 1))));
      }
      if (code !== 'quota_exceeded') return null;
      guesses += 1;
      ignored = null;
      const ms = Math.min(LONGEST_QUOTA_PAUSE_MS, QUOTA_PAUSE_MS * 2 ** (guesses - 1));
      return pause(new Date(now + ms), { isGuess: true, guesses });
    },
  };
}

/** Whether the pause lasts at this time, in milliseconds. */
export const isLasting = ({ until, since }: Deferral, now: number): boolean =>
  Date.parse(until) > now && Date.parse(since) - now <= WRONG_CLOCK_MS;

const GUESSED = 'The quota of the developer account is used up, and Spotify does not say until when; the time is a guess.';

function stillDeferred({ until, code, message, isGuess }: Deferral): PipelineError {
  return new PipelineError(`nothing is asked of Spotify before ${until}: ${message}`, {
    code,
    retryable: code === 'rate_limited',
    retryAt: new Date(until),
    hint: isGuess ? GUESSED : 'Spotify asked for this pause; asking earlier makes it longer. What is in the lake stays usable.',
  });
}
