import { Hono, type MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { addCovers } from './covers.ts';
import type { Desk } from './desk.ts';
import { failureOf, RequestFailure } from './failure.ts';
import { guard, type Names, securityHeaders } from './guard.ts';
import { addLake } from './lake.ts';
import { addEvents } from './listening.ts';
import { createLogin } from './login.ts';
import { addHealth } from './metrics.ts';
import { createPages } from './pages.ts';
import { addPlays } from './plays.ts';
import { addReports } from './reports.ts';
import { addRunning } from './running.ts';
import { type Asked, type Routes, reply, type Wire } from './wire.ts';

export interface ServerSettings extends Names {
  /** Null: whoever reaches it is let in. */
  readonly token: string | null;
  /** Where the built page lies. */
  readonly webFolder: string;
}

/** The server of the dashboard, without a port. */
export function createServerApp(desk: Desk, { token, webFolder, ...names }: ServerSettings): Routes {
  const routes = new Hono<Wire>({ strict: true });
  const pages = createPages(webFolder);
  const login = token === null ? null : createLogin(token, desk.clock, pages.isPublic);

  routes.use(counting(desk));
  routes.use(securityHeaders(desk.app.config.dashboard?.covers ?? false));
  routes.use(guard(names, (c) => login?.hasToken(c) ?? false));
  if (login !== null) {
    routes.use(login.required);
    login.addRoutes(routes);
  }
  addReports(routes, desk);
  addCovers(routes, desk);
  addPlays(routes, desk);
  addLake(routes, desk, { needsLogin: token !== null });
  addRunning(routes, desk);
  addEvents(routes, desk);
  addHealth(routes, desk);
  pages.addRoutes(routes);
  routes.notFound((c) =>
    told(c, desk, new RequestFailure(404, 'not_found', 'there is nothing at this address', 'Open `/` for the dashboard.')),
  );
  routes.onError((error, c) => told(c, desk, error));
  return routes;
}

function told(c: Asked, { scrub, log }: Desk, error: unknown): Response {
  const { status, answer } = failureOf(error, scrub, log);
  return reply(c, answer, { status });
}

function counting({ clock, traffic }: Desk): MiddlewareHandler<Wire> {
  return async (c, next) => {
    const began = clock.now().getTime();
    await next();
    const route = matchedRoutes(c).find(({ method }) => method !== 'ALL');
    traffic.asked(route === undefined ? 'other' : `${route.method} ${route.path}`, c.res.status, clock.now().getTime() - began);
  };
}
