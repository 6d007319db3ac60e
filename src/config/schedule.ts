import { z } from 'zod';
import { isCron } from '../kernel/cron.ts';
import type { Cadence } from './settings.ts';

/** Streams that are read together, and work that is no stream; a stream that is named by itself leaves its group. */
const GROUPS = ['listening', 'library', 'tops', 'watch', 'build', 'enrich', 'retain', 'check'] as const;

/** Every name that `schedule` may say. */
export const scheduleNames = (streams: readonly string[]): readonly string[] => [...new Set([...GROUPS, ...streams])];

const CADENCE = 'never, {every: 30m} (m, h or d; 1m at least), or {cron: "0 4 * * *"} (five fields)';
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
/** What EventBridge Scheduler can do, and how often the loop of a schedule looks at the clock. */
const LEAST_MS = 60_000;
const MOST_MS = 366 * 86_400_000;

function spanMs(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  return Number(count) * (UNIT_MS[unit] ?? Number.NaN);
}

const isSpan = (text: string): boolean => spanMs(text) >= LEAST_MS && spanMs(text) <= MOST_MS;

const WrittenCadence = z.union(
  [
    z.literal('never'),
    z.strictObject({ every: z.string().refine(isSpan, { error: CADENCE }).describe('Such as 30m, 6h or 1d; 1m at least.') }),
    z.strictObject({
      cron: z.string().refine(isCron, { error: CADENCE }).describe("Five fields, on the clocks of the account's time zone."),
    }),
  ],
  { error: CADENCE },
);

export const WrittenSchedule = z.record(z.string(), WrittenCadence, { error: 'keys such as listening, each with when it is done' });

/** What the file says, by name; null: never. */
export function resolveSchedule(written: z.infer<typeof WrittenSchedule>): Readonly<Record<string, Cadence | null>> {
  return Object.fromEntries(Object.entries(written).map(([name, cadence]) => [name, resolveCadence(cadence)]));
}

function resolveCadence(written: z.infer<typeof WrittenCadence>): Cadence | null {
  if (written === 'never') return null;
  return 'every' in written ? { everyMs: spanMs(written.every) } : written;
}
