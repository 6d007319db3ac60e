import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import type { Versioned } from '../kernel/versioned.ts';
import type { ObjectStore } from '../landing/object-store.ts';
import { createVersions } from '../landing/versions.ts';

const KEPT = 100;
const POLL_MS = 500;
/** A holder that has shown nothing new for so long is taken for dead: longer than one request for a token may take. */
const PATIENCE_MS = 60_000;

/** Null: nobody's turn. */
const turn = z.object({ holder: z.string().nullable() });
type Turn = z.infer<typeof turn>;

/** Whose turn it is to refresh the login of an account, for whoever shares it by the lake; it holds nothing secret. */
export const refreshTurns = (store: ObjectStore, account: string): Versioned<Turn> =>
  createVersions({ store, prefix: `state/${account}.refresh/`, parse: (value) => turn.parse(value), keep: KEPT });

async function take(series: Versioned<Turn>, holder: string, clock: Clock, signal: AbortSignal): Promise<number> {
  let seen = -1;
  for (let waited = 0; ; waited += POLL_MS) {
    const found = await series.read();
    const version = found?.version ?? 0;
    if (version !== seen) waited = 0;
    seen = version;
    const isFree = found === null || found.value.holder === null || waited >= PATIENCE_MS;
    if (isFree && (await series.write(version, { holder })) === 'written') return version + 1;
    if (!isFree) await clock.sleep(POLL_MS, signal);
  }
}

/**
 * Runs `work` while nobody else who shares the series runs theirs. It saves requests and nothing depends on it. No clock of another machine is
 * believed: a holder is taken for dead when the series has stayed the same for a minute of waiting.
 */
export async function inTurn<T>(series: Versioned<Turn>, clock: Clock, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const version = await take(series, randomUUID(), clock, signal);
  try {
    return await work();
  } finally {
    // Whoever took this holder for dead has the turn now.
    await series.write(version, { holder: null });
  }
}
