import type { Engine } from '../engines/engine.ts';
import { freshness as report } from '../reports/freshness.ts';
import { runReport } from '../reports/run-report.ts';
import type { Context } from './context.ts';
import type { Freshness, FreshnessOptions } from './findings.ts';

/**
 * How old the newest answer of each stream of each account is, the oldest first. An account of the settings of which nothing was ever observed,
 * or nothing of the stream that was asked for, is a line of its own, and stale: who was never asked is never late otherwise.
 */
export async function freshness(
  { config, clock }: Pick<Context, 'config' | 'clock'>,
  engine: Engine,
  { maxAgeMs, stream: asked }: FreshnessOptions,
  signal: AbortSignal,
): Promise<readonly Freshness[]> {
  const { columns, rows } = await runReport(engine, report, {}, signal, clock);
  const at = (name: string): number => columns.findIndex((column) => column.name === name);
  const now = clock.now().getTime();
  const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  const observed = rows.map((row): Freshness => {
    const newestAt = textOf(row[at('newest_at')]);
    const ageMs = newestAt === null ? null : now - Date.parse(newestAt);
    const isStale = maxAgeMs !== null && (ageMs === null || ageMs > maxAgeMs);
    return { account: textOf(row[at('account_id')]), stream: textOf(row[at('stream')]), newestAt, ageMs, isStale };
  });
  const shown = observed.filter(({ stream }) => asked === null || stream === asked);
  const silent = config.accounts.filter(({ name }) => !shown.some(({ account }) => account === name));
  const never = silent.map(({ name }): Freshness => {
    return { account: name, stream: asked, newestAt: null, ageMs: null, isStale: maxAgeMs !== null };
  });
  return [...never, ...shown];
}
