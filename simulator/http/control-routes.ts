import { Hono } from 'hono';
import { z } from 'zod';
import type { Clock, VirtualClock } from '../../src/kernel/clock.ts';
import { type Faults, faultRule } from './faults.ts';
import type { RequestLog } from './request-log.ts';

const clockMove = z.union([z.strictObject({ advanceMs: z.number().nonnegative() }), z.strictObject({ set: z.iso.datetime() })]);
const revocation = z.strictObject({ account: z.string() });
const faultRules = z.union([z.array(faultRule), faultRule.transform((rule) => [rule])]);

interface Controls {
  readonly clock: Clock;
  readonly log: RequestLog;
  readonly faults: Faults;
  truth(): unknown;
  /** False for an account that does not exist. */
  revoke(account: string): boolean;
}

const isVirtual = (clock: Clock): clock is VirtualClock => 'advance' in clock && 'set' in clock;

/** `/_sim`: the simulator's own levers, which Spotify has none of. */
export function controlRoutes({ clock, log, faults, truth, revoke }: Controls): Hono {
  const app = new Hono();
  app.get('/clock', (c) => c.json({ now: clock.now().toISOString(), isVirtual: isVirtual(clock) }));
  app.post('/clock', async (c) => {
    const move = clockMove.safeParse(await c.req.json());
    if (!move.success) return c.json({ error: z.prettifyError(move.error) }, 400);
    if (!isVirtual(clock)) return c.json({ error: 'this simulator runs on a clock that cannot be moved' }, 409);
    if ('set' in move.data) clock.set(new Date(move.data.set));
    else clock.advance(move.data.advanceMs);
    return c.json({ now: clock.now().toISOString() });
  });
  app.get('/requests', (c) => c.json({ requests: log.entries() }));
  app.delete('/requests', (c) => {
    log.clear();
    return c.body(null, 204);
  });
  app.get('/truth', (c) => c.json(truth()));
  app.get('/faults', (c) => c.json({ faults: faults.rules() }));
  app.post('/faults', async (c) => {
    const rules = faultRules.safeParse(await c.req.json());
    if (!rules.success) return c.json({ error: z.prettifyError(rules.error) }, 400);
    faults.set(rules.data);
    return c.json({ faults: faults.rules() });
  });
  app.post('/revoke', async (c) => {
    const asked = revocation.safeParse(await c.req.json());
    if (!asked.success) return c.json({ error: z.prettifyError(asked.error) }, 400);
    return revoke(asked.data.account) ? c.body(null, 204) : c.json({ error: `no account ${asked.data.account}` }, 404);
  });
  return app;
}
