import type { Engine } from '../engines/engine.ts';
import type { Clock } from '../kernel/clock.ts';

const LIMITS = { rows: 10_000, bytes: 1024 * 1024, ms: 60_000 };
const SQL = 'select account_id, max(ended_at) as newest_at from plays group by account_id';

/**
 * Seconds since the newest play of that account whose newest play is the oldest: one listener who is not heard of any more shows, whoever else listens.
 * Null where none of these accounts has played anything. Errors: those of the engine.
 */
export async function newestPlayAge(
  engine: Engine,
  accounts: readonly string[],
  clock: Pick<Clock, 'now'>,
  signal: AbortSignal,
): Promise<number | null> {
  const { batches } = await engine.query({ sql: SQL, params: {}, limits: LIMITS, trust: 'ours' }, signal);
  const newest: number[] = [];
  for await (const rows of batches) {
    for (const [account, at] of rows) if (accounts.includes(String(account)) && typeof at === 'string') newest.push(Date.parse(at));
  }
  return newest.length === 0 ? null : Math.round((clock.now().getTime() - Math.min(...newest)) / 1000);
}
