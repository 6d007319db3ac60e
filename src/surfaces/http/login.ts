import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Clock } from '../../kernel/clock.ts';
import { RequestFailure } from './failure.ts';
import { loginPage } from './login-page.ts';
import { createSessions, SESSION_DAYS, type Sessions } from './sessions.ts';
import { createThrottle, type Throttle } from './throttle.ts';
import type { Asked, Routes, Wire } from './wire.ts';

/** The login of the dashboard: a token by hand and then a cookie, or the token with each request. */
export interface Login {
  /** Lets through who is logged in, and everybody to what is nobody's secret. */
  readonly required: MiddlewareHandler<Wire>;
  /** It brings the token itself, which no page of a stranger can make a browser send. */
  hasToken(c: Asked): boolean;
  addRoutes(routes: Routes): void;
}

const COOKIE = 'tonearm';
/** Of a form with a token and an address. */
const MOST_FORM_BYTES = 4_096;
const PAGES = /^\/(?:history|pipeline|import)?$/;
/** Back to a page of ours, with its choices; never to another site. */
const NEXT = /^\/(?:history|pipeline|import)?(?:\?[\w%=&.,:+~/-]{0,1000})?$/;
/** Code and pictures that everybody can have from npm; and whether the process lives. */
const OPEN = /^\/(?:login|health\/(?:live|ready))$/;

const nextOf = (given: unknown): string => (typeof given === 'string' && NEXT.test(given) ? given : '/');

export const addressOf = (c: Asked): string => c.env?.incoming?.socket.remoteAddress ?? 'unknown';

/** Whether the browser speaks https, as the proxy before this server says; a lie only makes the cookie of the liar useless. */
const isHttps = (c: Asked): boolean => c.req.header('x-forwarded-proto')?.split(',')[0]?.trim().toLowerCase() === 'https';

export function createLogin(token: string, clock: Pick<Clock, 'now'>, isPublic: (path: string) => boolean): Login {
  const sessions = createSessions(token, clock);
  const throttle = createThrottle(clock);

  const bearerOf = (c: Asked): string | null => /^Bearer ([\x21-\x7e]{1,512})$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? null;
  const known = new WeakMap<Request, boolean>();
  const hasToken = (c: Asked): boolean => {
    const bearer = bearerOf(c);
    if (bearer === null) return false;
    const before = known.get(c.req.raw);
    if (before !== undefined) return before;
    const isRight = tried(c, bearer, sessions, throttle);
    known.set(c.req.raw, isRight);
    return isRight;
  };
  const isKnown = (c: Asked): boolean => hasToken(c) || sessions.has(getCookie(c, COOKIE) ?? '');

  return {
    hasToken,
    required: async (c, next) => {
      const { path, method } = c.req;
      if (OPEN.test(path) || (method === 'GET' && isPublic(path)) || isKnown(c)) return next();
      if (method === 'GET' && PAGES.test(path)) {
        const { search } = new URL(c.req.url);
        return c.redirect(`/login?next=${encodeURIComponent(nextOf(`${path}${search}`))}`, 303);
      }
      c.header('www-authenticate', 'Bearer realm="tonearm"');
      throw new RequestFailure(401, 'login_needed', 'log in first', 'Open /login, or send the token as `Authorization: Bearer`.');
    },
    addRoutes: (routes) => addRoutes(routes, sessions, throttle),
  };
}

/** Errors: `rate_limited` where there were too many wrong ones. */
function tried(c: Asked, given: string, sessions: Sessions, throttle: Throttle): boolean {
  const wait = throttle.wait(addressOf(c));
  if (wait > 0) {
    c.header('retry-after', String(Math.ceil(wait / 1000)));
    throw new RequestFailure(429, 'rate_limited', 'too many wrong tokens', 'Wait a minute, then try again.');
  }
  const isRight = sessions.isToken(given);
  if (!isRight) throttle.failed(addressOf(c));
  return isRight;
}

function addRoutes(routes: Routes, sessions: Sessions, throttle: Throttle): void {
  // A browser leaves out Origin of a form where the page says no-referrer.
  const page = (c: Asked, next: string, problem: string | null, status: 200 | 401 | 429): Response =>
    c.html(loginPage({ next, problem }), status, { 'referrer-policy': 'same-origin' }) as Response;

  routes.get('/login', (c) => page(c, nextOf(c.req.query('next')), null, 200));

  routes.post('/login', async (c) => {
    const { token, next } = await formOf(c);
    try {
      if (!tried(c, token, sessions, throttle)) return page(c, next, 'That is not the token.', 401);
    } catch (error) {
      if (error instanceof RequestFailure) return page(c, next, `${error.message}: wait a minute, then try again.`, 429);
      throw error;
    }
    const cookie = { httpOnly: true, sameSite: 'Strict', path: '/', secure: isHttps(c), maxAge: SESSION_DAYS * 24 * 60 * 60 } as const;
    setCookie(c, COOKIE, sessions.begin(), cookie);
    return c.redirect(next, 303);
  });

  routes.post('/logout', (c) => {
    sessions.end(getCookie(c, COOKIE) ?? '');
    setCookie(c, COOKIE, '', { httpOnly: true, sameSite: 'Strict', path: '/', secure: isHttps(c), maxAge: 0 });
    return c.body(null, 204);
  });
}

/** Of a form in the body, read no further than it may be long. Errors: `limit_exceeded`. */
async function formOf(c: Asked): Promise<{ readonly token: string; readonly next: string }> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MOST_FORM_BYTES)
      throw new RequestFailure(413, 'limit_exceeded', 'the form is too long', 'Send the token and nothing else.');
    chunks.push(chunk);
  }
  const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
  return { token: form.get('token') ?? '', next: nextOf(form.get('next')) };
}
