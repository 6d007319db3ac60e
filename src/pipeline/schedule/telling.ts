import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import type { Notify } from '../notify.ts';
import type { Memory } from './memory.ts';
import type { Trouble } from './trouble.ts';

export interface Listeners {
  readonly clock: Clock;
  readonly log: Log;
  readonly memory: Memory;
  readonly notify: Notify;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Tells of each once, or once a day, in the log and by webhook; what could not be delivered is tried again after the next turn. */
export async function tell({ clock, log, memory, notify }: Listeners, troubles: readonly Trouble[], signal: AbortSignal): Promise<void> {
  for (const { place, account, key, isDaily, ...said } of troubles) {
    const now = clock.now();
    const before = (await memory.read(place)).told[key];
    if (before !== undefined && !(isDaily && now.getTime() - Date.parse(before) >= DAY_MS)) continue;
    const { event, message, hint } = said;
    log.warn(message, { event, account: account ?? undefined, hint: hint ?? undefined });
    const notice = { ...said, at: now.toISOString(), ...(account === null ? {} : { account }) };
    if (!(await notify(notice, signal))) continue;
    await memory.change(place, (known) => ({ ...known, told: { ...known.told, [key]: now.toISOString() } }));
  }
}
