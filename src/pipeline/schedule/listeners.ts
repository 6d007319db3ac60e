import type { Context } from '../context.ts';
import { loginDates } from '../login-dates.ts';
import { createNotifier } from '../notify.ts';
import { createMemory } from './memory.ts';
import { type Listeners, tell } from './telling.ts';
import { loginTroubles } from './trouble.ts';

export function listenersOf({ config, clock, fetch, log, store }: Context): Listeners {
  const notify = createNotifier({ webhook: config.webhook ?? null, fetch, clock, log });
  return { clock, log, memory: createMemory({ store, log }), notify };
}

/** For those who have runs started by something else: logins that end are told by webhook, as the schedule tells them; the verb itself warns. */
export async function tellLogins(context: Context, listeners: Listeners, signal: AbortSignal): Promise<void> {
  if (context.config.webhook === null || context.config.webhook === undefined || signal.aborted) return;
  const log = { ...listeners.log, warn: listeners.log.debug };
  await tell({ ...listeners, log }, loginTroubles(await loginDates(context)), signal);
}
