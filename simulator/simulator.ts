import { Hono } from 'hono';
import type { Clock } from '../src/kernel/clock.ts';
import { answerToken } from './http/accounts-service.ts';
import type { Mode } from './http/call.ts';
import { controlRoutes } from './http/control-routes.ts';
import { createFaults, type Faults, spoiled } from './http/faults.ts';
import { createRequestLog, type LoggedRequest, type RequestLog } from './http/request-log.ts';
import { readToken } from './http/tokens.ts';
import { type RequestFacts, webApi } from './http/web-api.ts';
import { type AccountSpec, DEFAULT_ACCOUNTS } from './listener/account.ts';
import { createListener, type Listener } from './listener/listener.ts';
import type { Play } from './listener/play.ts';
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
  /** From then on a refresh gives `invalid_grant`; never if not given. */
  readonly refreshTokensEndAt?: Date;
  /** Send an `ETag` and answer a matching `If-None-Match` with 304; off if not given, as reports about the real one differ. */
  readonly etags?: boolean;
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

/** A Spotify of its own: accounts service (`/api/token`), Web API (`/v1`) and levers (`/_sim`). Opens no port and reads no real time. */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { clock, mode, seed } = options;
  const world = createWorld(seed, options.artists ?? 400);
  const listeners = (options.accounts ?? DEFAULT_ACCOUNTS).map((spec) => createListener(world, spec));
  const faults = createFaults();
  const log = createRequestLog();
  const shown = createShownPlays();
  const truth = (): Truth => createTruth({ world, mode, listeners, shown: shown.of }, clock.now().getTime());

  const app = new Hono<RequestFacts>();
  app.use('*', async (c, next) => {
    c.set('now', clock.now().getTime());
    await next();
  });
  app.post('/api/token', (c) =>
    answerToken(
      {
        seed,
        accountNames: listeners.map((listener) => listener.account.name),
        refreshTokensEndAt: options.refreshTokensEndAt?.getTime() ?? null,
      },
      c.req.raw,
      c.get('now'),
    ),
  );
  app.route('/v1', webApi({ world, mode, listeners, noteShown: shown.note }));
  const control = new Hono().route('/_sim', controlRoutes({ clock, log, faults, truth }));
  const answer = async (request: Request): Promise<Response> => {
    const response = await app.fetch(request);
    return options.etags === true ? conditional(request, response) : response;
  };
  const outside = observed({ seed, clock, faults, log, delivered: shown.deliver }, answer);
  return {
    app: { fetch: async (request) => (new URL(request.url).pathname.startsWith('/_sim') ? control.fetch(request) : outside(request)) },
    world,
    listeners,
    faults,
    requests: log.entries,
    truth,
  };
}

interface Observation {
  readonly seed: string;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly log: RequestLog;
  /** Told when the answer to a request goes out whole. */
  readonly delivered: (request: Request) => void;
}

/** Spoils, dates and logs every answer. */
function observed(observation: Observation, answer: (request: Request) => Promise<Response>): (request: Request) => Promise<Response> {
  const { clock, faults, log, seed } = observation;
  return async (request) => {
    const url = new URL(request.url);
    const at = clock.now();
    const fault = faults.take(url.pathname);
    const plain = (): Promise<Response> => answer(request);
    const response = fault === null ? await plain() : await spoiled(fault, clock, plain);
    response.headers.set('date', clock.now().toUTCString());
    if (response.ok && fault?.kind !== 'cut_off') observation.delivered(request);
    log.add({
      method: request.method,
      path: url.pathname,
      query: url.search.slice(1),
      status: response.status,
      at: at.toISOString(),
      account: accountBehind(seed, request, at),
      fault: fault?.kind ?? null,
    });
    return response;
  };
}

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
