import type { MiddlewareHandler } from 'hono';
import { RequestFailure } from './failure.ts';
import type { Asked, Wire } from './wire.ts';

/** Under which names the server may be asked. */
export interface Names {
  /** On which it listens. */
  readonly port: number;
  /** Of `--allow-host`: with a port, that one alone. */
  readonly allowed: readonly string[];
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** An address of the machine itself, as a header writes it; null without a connection. */
function ownAddress(c: Asked): string | null {
  const address = c.env?.incoming?.socket.localAddress?.replace(/^::ffff:/, '');
  if (address === undefined) return null;
  return address.includes(':') ? `[${address}]` : address;
}

/**
 * Whether a page of that name may speak to this server. A page of a stranger whose name was made to lead here (DNS rebinding) comes with the
 * stranger's name; a bare address is taken where it is the one that was connected to, which no name can be made of.
 */
function isOwnHost(c: Asked, { port, allowed }: Names): boolean {
  const host = (c.req.header('host') ?? '').toLowerCase();
  const [, name = '', given] = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(host) ?? [];
  if (name === '') return false;
  if (allowed.some((one) => one === host || one === name)) return true;
  return Number(given ?? 80) === port && (LOOPBACK.includes(name) || name === ownAddress(c));
}

/** Browsers send these without asking first, whichever page they come from (https://fetch.spec.whatwg.org/#cors-safelisted-request-header). */
const FORM_TYPES = /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\s*(?:;|$)/i;

/** Whether the request comes from a page of this server; of a browser it says so itself, and a page cannot change it. */
function isOwnOrigin(c: Asked): boolean {
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site');
  if (origin === undefined) return site === 'same-origin' || site === 'none';
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const host = /^https?:\/\/([^/\s]+)$/.exec(origin)?.[1];
  return host !== undefined && host === c.req.header('host')?.toLowerCase();
}

const READING = ['GET', 'HEAD'];

/** Refuses whom the browser's own rules would let through. `isTrusted`: it brings a secret that no page of a stranger can make a browser send. */
export function guard(names: Names, isTrusted: (c: Asked) => boolean): MiddlewareHandler<Wire> {
  return async (c, next) => {
    if (!isOwnHost(c, names)) {
      const hint = 'Open the address that `tonearm serve` printed, or name this one with --allow-host.';
      throw new RequestFailure(403, 'forbidden', 'this server is not asked under that name', hint);
    }
    if (READING.includes(c.req.method)) refuseForeignReading(c);
    else if (!isTrusted(c)) refuseForeignChange(c);
    await next();
  };
}

/** The browser keeps answers from pages of strangers; the work that they would cause is refused here. */
function refuseForeignReading(c: Asked): void {
  const site = c.req.header('sec-fetch-site');
  if (!/^\/(api|metrics)(\/|$)/.test(c.req.path) || site === undefined || site === 'same-origin' || site === 'none') return;
  throw new RequestFailure(403, 'forbidden', 'a page of another site asks', 'Open the dashboard itself.');
}

function refuseForeignChange(c: Asked): void {
  if (!isOwnOrigin(c)) {
    const hint = 'A browser sends Origin by itself; others send `sec-fetch-site: none`, or a token where there is one.';
    throw new RequestFailure(403, 'forbidden', 'this does not come from a page of this server', hint);
  }
  if (c.req.path !== '/login' && FORM_TYPES.test(c.req.header('content-type') ?? '')) {
    throw new RequestFailure(403, 'forbidden', 'a form cannot ask for this', 'Send application/json or the bytes of a file.');
  }
}

/** Where covers come from (https://developer.spotify.com/documentation/design). */
const COVER_HOSTS = 'https://i.scdn.co https://mosaic.scdn.co https://image-cdn-ak.spotifycdn.com https://image-cdn-fa.spotifycdn.com';

/** What every answer says to a browser. Never a header of CORS: no other page has any business here. */
export function securityHeaders(covers: boolean): MiddlewareHandler<Wire> {
  const policy = [
    "default-src 'self'",
    `img-src 'self' data:${covers ? ` ${COVER_HOSTS}` : ''}`,
    // The charts set the size of what they draw in style attributes.
    "style-src 'self' 'unsafe-inline'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ');
  const always = {
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  };
  return async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(always)) c.res.headers.set(name, value);
    if (!c.res.headers.has('referrer-policy')) c.res.headers.set('referrer-policy', 'no-referrer');
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  };
}
