import { grown, type Pace, shrunk, WINDOW_MS } from './pace.ts';

/** One request among those of the last 30 s; times in milliseconds. */
export interface Sent {
  readonly sentAt: number;
  /** Null: no answer yet. */
  answeredAt: number | null;
  isAccepted: boolean;
}

/** What a process sent in the last 30 s, and how much that may be. */
export interface RequestWindow {
  pace(): Pace;
  /** Starts with what an earlier process learned, and sent by `at`. */
  resume(pace: Pace | null, sent: number, at: number, now: number): void;
  /** Milliseconds until there is room for one more; 0 where there is. The pace grows here, where 30 s were full and none was refused. */
  untilRoom(now: number): number;
  take(now: number): Sent;
  /** Tells of a 429; once for refusals in a row, of which the second says nothing new. */
  refused(now: number): void;
  /** Requests that may still count. */
  recent(now: number): number;
}

/**
 * A request counts from when it is sent until 30 s after its answer. Spotify counts it somewhere in between, so that it never counts more
 * than are allowed, however long the answers take.
 */
export function createRequestWindow(firstPace: number): RequestWindow {
  let pace: Pace = { allowed: firstPace, refused: null, refusedAt: null };
  let sent: readonly Sent[] = [];
  let steadySince: number | null = null;
  let lastRefusal: number | null = null;

  const counting = (now: number): readonly Sent[] => sent.filter(({ answeredAt }) => answeredAt === null || answeredAt + WINDOW_MS >= now);

  const grow = (now: number): void => {
    steadySince ??= now;
    if (sent.length < pace.allowed || now - steadySince < WINDOW_MS) return;
    pace = grown(pace, new Date(now));
    steadySince = now;
  };

  return {
    pace: () => pace,
    resume: (known, count, at, now) => {
      pace = known ?? pace;
      const answeredAt = Math.min(at, now);
      sent = Array.from({ length: Math.min(count, pace.allowed) }, () => ({ sentAt: answeredAt, answeredAt, isAccepted: false }));
    },
    untilRoom: (now) => {
      // A clock that was put back must not make anybody wait for the time to come again.
      for (const one of sent) if (one.answeredAt !== null) one.answeredAt = Math.min(one.answeredAt, now);
      sent = counting(now);
      grow(now);
      if (sent.length < pace.allowed) return 0;
      const ends = sent.map(({ answeredAt }) => answeredAt ?? now).sort((a, b) => a - b);
      return (ends[sent.length - pace.allowed] ?? now) + WINDOW_MS + 1 - now;
    },
    take: (now) => {
      const one: Sent = { sentAt: now, answeredAt: null, isAccepted: false };
      sent = [...sent, one];
      return one;
    },
    refused: (now) => {
      steadySince = now;
      const since = lastRefusal;
      lastRefusal = now;
      const accepted = sent.filter(({ isAccepted, sentAt }) => isAccepted && sentAt > now - WINDOW_MS);
      if (since !== null && !accepted.some(({ sentAt }) => sentAt > since)) return;
      const unanswered = sent.filter(({ answeredAt }) => answeredAt === null).length;
      pace = shrunk(pace, { accepted: accepted.length, unanswered }, new Date(now));
    },
    recent: (now) => counting(now).length,
  };
}
