import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';

/** Who has logged in. In memory alone: a restart ends all of them. */
export interface Sessions {
  /** Whether that is the token; takes the same time whatever is wrong with it. */
  isToken(given: string): boolean;
  /** The secret of a new session. */
  begin(): string;
  has(secret: string): boolean;
  end(secret: string): void;
}

export const SESSION_DAYS = 30;
const SESSION_MS = SESSION_DAYS * 24 * 60 * 60 * 1000;
/** The oldest go first: one person has a few devices. */
const MOST_SESSIONS = 100;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export function createSessions(token: string, clock: Pick<Clock, 'now'>): Sessions {
  const wanted = digest(token);
  /** By the digest of the secret, so that the time of a look-up tells nothing of it; when each ends. */
  const open = new Map<string, number>();
  const nameOf = (secret: string): string => digest(secret).toString('hex');
  return {
    isToken: (given) => timingSafeEqual(digest(given), wanted),
    begin: () => {
      const secret = randomBytes(32).toString('base64url');
      open.set(nameOf(secret), clock.now().getTime() + SESSION_MS);
      for (const oldest of [...open.keys()].slice(0, Math.max(0, open.size - MOST_SESSIONS))) open.delete(oldest);
      return secret;
    },
    has: (secret) => {
      const end = open.get(nameOf(secret));
      return end !== undefined && end > clock.now().getTime();
    },
    end: (secret) => {
      open.delete(nameOf(secret));
    },
  };
}
