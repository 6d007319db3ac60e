import { Hono } from 'hono';
import type { Clock } from '../src/kernel/clock.ts';
import { answerToken, type RefreshAnswer } from './http/accounts-service.ts';
import { createAuthorisations } from './http/authorisations.ts';
import { answerAuthorize } from './http/authorize.ts';
import type { Mode } from './http/call.ts';
import { controlRoutes } from './http/control-routes.ts';
import { createFaults, type Faults, spoiled } from './http/faults.ts';
import { createRateLimit, type RateLimit } from './http/rate-limit.ts';
import { createRequestLog, type LoggedRequest, type RequestLog } from './http/request-log.ts';
import { readToken } from './http/tokens.ts';
import { type RequestFacts, webApi } from './http/web-api.ts';
import { type AccountSpec, DEFAULT_ACCOUNTS } from './listener/account.ts';
import { createListener, type Listener } from './listener/listener.ts';
import type { Play } from './listener/play.ts';
import { createPlayedAt, type LatePlayedAt } from './listener/played-at.ts';
import { createTruth, type Truth } from './truth.ts';
import { hashOf } from './world/random.ts';
import { createWorld, type World } from './world/world.ts';

export interface SimulatorOptions {
  /** The same seed, size and accounts give the same world and the same listening. */
  readonly seed: string;
  readonly mode: Mode;
  /** Time as this Spotify knows it; `/_sim/clock` moves it if it is a virtual one. */
  readonly clock: Clock;
  /** Size of the world; each artist has some 40 tracks. 400 if not given. */
  readonly artists?: number;
  /** `DEFAULT_ACCOUNTS` if not given. */
  readonly accounts?: readonly AccountSpec[];
  /** From then on a refresh with the fixed token of `refreshTokenOf` gives `invalid_grant`; never if not given. Those of a login live six months. */
  readonly refreshTokensEndAt?: Date;
  /** What a refresh gives each kind of client; none to one with a secret and the same again to one with PKCE if not given. */
  readonly refreshAnswers?: { readonly confidential?: RefreshAnswer; readonly pkce?: RefreshAnswer };
  /** Registered redirect URIs; a loopback literal without a port stands for any port. Any address of an allowed form if not given. */
  readonly redirectUris?: readonly string[];
  /** Errors of the token endpoint carry `error_description`; on if not given. */
  readonly describesErrors?: boolean;
  /** Send an `ETag` and answer a matching `If-None-Match` with 304; off if not given, as reports about the real one differ. */
  readonly etags?: boolean;
  /** How many requests the Web API takes from all accounts together; any number if not given. */
  readonly rateLimit?: RateLimit;
  /** Recently-played tells the end of some plays late; of none if not given. */
  readonly latePlayedAt?: LatePlayedAt;
}

export interface Simulator {
  readonly app: { fetch(request: Request): Promise<Response> };
  readonly world: World;
  readonly listeners: readonly Listener[];
  readonly faults: Faults;
  /** Requests so far, but those to `/_sim`. */
  requests(): readonly LoggedRequest[];
  /** What a perfect observer knows at the clock's present time. */
  truth(): Truth;
}

/** A Spotify of its own: accounts service (`/authorize`, `/api/token`), Web API (`/v1`) and levers (`/_sim`). Opens no port and reads no real time. */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { clock, mode, seed } = options;
  const world = createWorld(seed, options.artists ?? 400);
  const listeners = (options.accounts ?? DEFAULT_ACCOUNTS).map((spec) => createListener(world, spec));
  const faults = createFaults();
  const log = createRequestLog();
  const shown = createShownPlays();
  const playedAt = createPlayedAt(seed, options.latePlayedAt);
  const truth = (): Truth => createTruth({ world, mode, listeners, shown: shown.of, playedAt }, clock.now().getTime());

  const app = new Hono<RequestFacts>();
  app.use('*', async (c, next) => {
    c.set('now', clock.now().getTime());
    await next();
  });
  const accounts = accountsService(options, listeners);
  app.post('/api/token', (c) => accounts.token(c.req.raw, c.get('now')));
  app.on(['GET', 'POST'], '/authorize', (c) => accounts.authorize(c.req.raw, c.get('now')));
  app.route('/v1', webApi({ world, mode, listeners, playedAt, noteShown: shown.note }));
  const revoke = (account: string): boolean => accounts.revoke(account, clock.now().getTime());
  const control = new Hono().route('/_sim', controlRoutes({ clock, log, faults, truth, revoke }));
  const answer = async (request: Request): Promise<Response> => {
    const response = await app.fetch(request);
    return options.etags === true ? conditional(request, response) : response;
  };
  const limited = options.rateLimit === undefined ? () => null : createRateLimit(options.rateLimit);
  const outside = observed({ seed, clock, faults, log, limited, delivered: shown.deliver }, answer);
  return {
    app: { fetch: async (request) => (new URL(request.url).pathname.startsWith('/_sim') ? control.fetch(request) : outside(request)) },
    world,
    listeners,
    faults,
    requests: log.entries,
    truth,
  };
}

interface AccountsService {
  token(request: Request, now: number): Promise<Response>;
  authorize(request: Request, now: number): Promise<Response>;
  /** False for an account that does not exist. */
  revoke(account: string, now: number): boolean;
}

function accountsService(options: SimulatorOptions, listeners: readonly Listener[]): AccountsService {
  const { seed, refreshAnswers, redirectUris, describesErrors, refreshTokensEndAt } = options;
  const accounts = listeners.map((listener) => listener.account);
  const accountNames = accounts.map((account) => account.name);
  const authorisations = createAuthorisations({ seed, accountNames, fixedTokensEndAt: refreshTokensEndAt?.getTime() ?? null });
  const tokens = {
    ...{ seed, authorisations },
    refreshAnswers: { confidential: refreshAnswers?.confidential ?? 'none', pkce: refreshAnswers?.pkce ?? 'same' },
    describesErrors: describesErrors ?? true,
  };
  return {
    token: (request, now) => answerToken(tokens, request, now),
    authorize: (request, now) => answerAuthorize({ authorisations, accounts, redirectUris: redirectUris ?? null }, request, now),
    revoke: (account, now) => {
      if (!accountNames.includes(account)) return false;
      authorisations.revoke(account, now);
      return true;
    },
  };
}

interface Observation {
  readonly seed: string;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly log: RequestLog;
  /** The refusal of what is too much at a time. */
  readonly limited: (now: number) => Response | null;
  /** Told when the answer to a request goes out whole. */
  readonly delivered: (request: Request) => void;
}

/** Spoils, dates and logs every answer. */
function observed(observation: Observation, answer: (request: Request) => Promise<Response>): (request: Request) => Promise<Response> {
  const { clock, faults, log, seed } = observation;
  return async (request) => {
    const url = new URL(request.url);
    const at = clock.now();
    const tooMuch = url.pathname.startsWith('/v1/') ? observation.limited(at.getTime()) : null;
    const fault = tooMuch === null ? faults.take(url.pathname) : null;
    const plain = (): Promise<Response> => answer(request);
    const response = tooMuch ?? (fault === null ? await plain() : await spoiled(fault, clock, plain));
    response.headers.set('date', clock.now().toUTCString());
    if (response.ok && fault?.kind !== 'cut_off') observation.delivered(request);
    log.add({
      method: request.method,
      path: url.pathname,
      query: url.search.slice(1),
      status: response.status,
      retryAfterSeconds: secondsIn(response.headers.get('retry-after')),
      at: at.toISOString(),
      account: accountBehind(seed, request, at),
      fault: fault?.kind ?? null,
    });
    return response;
  };
}

const secondsIn = (retryAfter: string | null): number | null => (retryAfter === null ? null : Number(retryAfter));

async function conditional(request: Request, response: Response): Promise<Response> {
  if (request.method !== 'GET' || response.status !== 200) return response;
  const text = await response.text();
  const etag = `W/"${hashOf(text).toString(16)}"`;
  const headers = new Headers(response.headers);
  headers.set('etag', etag);
  return request.headers.get('if-none-match') === etag ? new Response(null, { status: 304, headers }) : new Response(text, { headers });
}

function accountBehind(seed: string, request: Request, at: Date): string | null {
  const token = request.headers.get('authorization')?.replace(/^bearer /i, '') ?? '';
  const bearer = readToken(seed, token, at.getTime());
  return typeof bearer === 'string' ? null : bearer.account;
}

/** Which plays have gone out in an answer that arrived whole. */
function createShownPlays(): {
  note(request: Request, account: string, plays: readonly Play[]): void;
  deliver(request: Request): void;
  of(account: string): ReadonlySet<number>;
} {
  const pending = new WeakMap<Request, { account: string; plays: readonly Play[] }>();
  const shown = new Map<string, Set<number>>();
  return {
    note: (request, account, plays) => {
      pending.set(request, { account, plays });
    },
    deliver: (request) => {
      const noted = pending.get(request);
      if (noted === undefined) return;
      const ends = shown.get(noted.account) ?? new Set();
      for (const play of noted.plays) ends.add(play.endedAt);
      shown.set(noted.account, ends);
    },
    of: (account) => shown.get(account) ?? new Set(),
  };
}
