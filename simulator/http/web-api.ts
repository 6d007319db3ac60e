import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Listener } from '../listener/listener.ts';
import type { Play } from '../listener/play.ts';
import type { PlayedAt } from '../listener/played-at.ts';
import type { World } from '../world/world.ts';
import type { Call, Mode, Route } from './call.ts';
import { catalogueRoutes } from './catalogue-routes.ts';
import { meRoutes } from './me-routes.ts';
import { playerRoutes } from './player-routes.ts';
import { playlistRoutes } from './playlist-routes.ts';
import { forbidden, jsonResponse, outOfScope, refusal } from './refusal.ts';
import { searchRoutes } from './search-routes.ts';
import { type Bearer, readToken } from './tokens.ts';

const ROUTES: readonly Route[] = [...meRoutes, ...playerRoutes, ...playlistRoutes, ...catalogueRoutes, ...searchRoutes];

/** The paths that are answered, below `/v1` and in the notation of OpenAPI: `/tracks/{id}`. */
export const SERVED_PATHS: readonly string[] = ROUTES.map((route) => route.path.replaceAll(/:(\w+)/g, '{$1}'));

/** Gone in development mode, and not simulated in extended mode either. */
const REMOVED = ['/audio-analysis', '/recommendations', '/browse', '/users', '/me/tracks/contains', '/me/albums/contains'];

export interface WebApiOptions {
  readonly world: World;
  readonly mode: Mode;
  readonly listeners: readonly Listener[];
  readonly playedAt: PlayedAt;
  /** Told the plays that an answer to this request shows. */
  readonly noteShown: (request: Request, account: string, plays: readonly Play[]) => void;
}

/** What `Variables` of a request hold: filled in before any route. */
export interface RequestFacts {
  Variables: { now: number };
}

export function webApi(options: WebApiOptions): Hono<RequestFacts> {
  const app = new Hono<RequestFacts>();
  for (const route of ROUTES) {
    app.get(route.path, (c) => {
      const call = callOf(options, c);
      if (route.extendedOnly === true && options.mode === 'development') throw forbidden();
      if (route.scopes?.some((scope) => !call.may(scope))) throw outOfScope();
      const body = route.answer(call);
      return body === null ? new Response(null, { status: 204 }) : jsonResponse(body);
    });
  }
  app.all('*', (c) => {
    callOf(options, c);
    const path = c.req.path.replace(/^\/v1/, '');
    if (options.mode === 'development' && REMOVED.some((removed) => path.startsWith(removed))) throw forbidden();
    throw refusal(404, 'Service not found');
  });
  app.onError((error) => {
    if (error instanceof HTTPException) return error.getResponse();
    throw error;
  });
  return app;
}

/** Reads the token; refuses (401) what is none. */
function callOf(options: WebApiOptions, c: Context<RequestFacts>): Call {
  const { world, mode, listeners, playedAt } = options;
  const url = new URL(c.req.url);
  const now = c.get('now');
  const { account, scopes } = bearerOf(world.seed, c.req.header('authorization'), now);
  const listener = listeners.find((one) => one.account.name === account) ?? null;
  const demanded = (): Listener => {
    if (listener === null) throw refusal(401, 'Valid user authentication required');
    return listener;
  };
  return {
    ...{ world, mode, listeners, playedAt, now, url },
    base: `${url.origin}/v1`,
    param: (name) => c.req.param(name) ?? '',
    listener: demanded,
    listenerOrNull: () => listener,
    may: (scope) => account === null || scopes.includes(scope),
    shows: (plays) => options.noteShown(c.req.raw, demanded().account.name, plays),
  };
}

function bearerOf(seed: string, authorization: string | undefined, now: number): Exclude<Bearer, string> {
  const token = /^bearer (.+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw refusal(401, 'No token provided');
  const bearer = readToken(seed, token, now);
  if (bearer === 'invalid') throw refusal(401, 'Invalid access token');
  if (bearer === 'expired') throw refusal(401, 'The access token expired');
  return bearer;
}
