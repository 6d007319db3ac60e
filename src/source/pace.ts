/** Spotify counts the requests of an app in a rolling window of this length. https://developer.spotify.com/documentation/web-api/concepts/rate-limits */
export const WINDOW_MS = 30_000;

/** How many requests in 30 s are safe, as far as is known: Spotify does not say how many it takes. */
export interface Pace {
  /** Requests in any 30 s, at most; at least 1. */
  readonly allowed: number;
  /** The least number that was found to be too many; null: none was. */
  readonly refused: number | null;
  /** ISO 8601 UTC, when that was. */
  readonly refusedAt: string | null;
}

/** Where nothing is known: two a second, below the 180 a minute that people report and Spotify never confirmed (spotify/web-api #589). */
export const FIRST_PACE = 60;

/** Ten a second is as fast as one request after the other gets: more would never be learned, only claimed. */
const MOST = 300;
const GROWTH = 1.25;

/** A limit may be raised (extended quota): what was too many is tried again after this long. */
const FORGET_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * The pace after 30 s in which as many as were allowed were sent, and none was refused: a quarter more, or one where it is known what is too
 * many. The same where it has been learned.
 */
export function grown(pace: Pace, now: Date): Pace {
  const isForgotten = pace.refusedAt !== null && now.getTime() - Date.parse(pace.refusedAt) >= FORGET_MS;
  const refused = isForgotten ? null : pace.refused;
  const most = refused === null ? Math.max(pace.allowed, MOST) : refused - 1;
  const allowed = Math.min(most, refused === null ? Math.ceil(pace.allowed * GROWTH) : pace.allowed + 1);
  return allowed <= pace.allowed ? pace : { allowed, refused, refusedAt: isForgotten ? null : pace.refusedAt };
}

/** Fewer requests than this measure nothing. */
const ENOUGH = 10;

/** Requests of the 30 s before a 429, without itself. */
export interface Preceding {
  readonly accepted: number;
  /** Under way: accepted or refused, nobody knows yet. */
  readonly unanswered: number;
}

/**
 * The pace after a 429. Where all that was allowed had been sent, in the search for the last one that passes, it is one less. Where at least
 * half was accepted, that many are safe, and one more than those and the unanswered ones is too many. Where fewer were, as many, from where
 * it grows again. Too few to measure anything: somebody else asks in the name of this app, or it was no matter of numbers; it is halved.
 */
export function shrunk(pace: Pace, { accepted, unanswered }: Preceding, now: Date): Pace {
  const refusedAt = now.toISOString();
  if (pace.refused !== null && accepted + unanswered >= pace.allowed - 1) {
    return { allowed: Math.max(1, pace.allowed - 1), refused: pace.allowed, refusedAt };
  }
  if (accepted >= pace.allowed / 2) {
    const allowed = Math.max(1, Math.min(accepted, pace.allowed));
    return { allowed, refused: allowed + unanswered + 1, refusedAt };
  }
  return { ...pace, allowed: accepted >= ENOUGH ? accepted : Math.max(1, Math.floor(pace.allowed / 2)) };
}
