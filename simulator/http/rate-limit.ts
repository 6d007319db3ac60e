import { jsonResponse } from './refusal.ts';

/** How many requests the Web API takes. Spotify counts an app's over a rolling 30 s and does not say how many those may be. */
export interface RateLimit {
  readonly requests: number;
  /** 30 s if not given. */
  readonly windowMs?: number;
}

/** Asking while a pause lasts makes it this much longer (spotipy #1158). */
const PENALTY_MS = 5_000;

/** Refuses (429) what is too much at `now`, in milliseconds, and what comes while a pause lasts; null for what may pass. */
export function createRateLimit({ requests, windowMs = 30_000 }: RateLimit): (now: number) => Response | null {
  let passed: readonly number[] = [];
  let pausedUntil = 0;
  return (now) => {
    passed = passed.filter((at) => at > now - windowMs);
    if (now < pausedUntil) pausedUntil += PENALTY_MS;
    else if (passed.length >= requests) pausedUntil = now + Math.max(1, Math.ceil(((passed[0] ?? now) + windowMs - now) / 1000)) * 1000;
    else {
      passed = [...passed, now];
      return null;
    }
    const seconds = Math.ceil((pausedUntil - now) / 1000);
    return jsonResponse({ error: { status: 429, message: 'API rate limit exceeded' } }, 429, { 'retry-after': String(seconds) });
  };
}
