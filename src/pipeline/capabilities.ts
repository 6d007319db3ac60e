import { z } from 'zod';
import { asPipelineError, PipelineError } from '../kernel/errors.ts';
import type { Versioned } from '../kernel/versioned.ts';
import { ENDPOINT_FAMILIES } from '../source/families.ts';
import type { Probed } from '../source/probe.ts';
import { ASK_AGAIN_MS } from '../source/streams/availability.ts';
import type { Capabilities } from '../source/types.ts';
import type { Context } from './context.ts';
import { appState } from './state.ts';

const familyFound = z.object({
  family: z.string(),
  state: z.enum(['open', 'closed', 'no_scope', 'failed', 'not_asked']),
  said: z.string().nullable(),
  /** ISO 8601 UTC, when it was first found in this state, without another in between. */
  since: z.iso.datetime(),
  /** ISO 8601 UTC, when it was last found in it. */
  askedAt: z.iso.datetime(),
});
export type FamilyFound = z.infer<typeof familyFound>;

const capabilityRecord = z.object({
  askedAt: z.iso.datetime(),
  /** With the token of a user, and with one that stands for the app alone; empty where there was none to ask with. */
  user: z.array(familyFound),
  app: z.array(familyFound),
});
export type CapabilityRecord = z.infer<typeof capabilityRecord>;

const NOTHING_FOUND: readonly FamilyFound[] = [];
/** Says nothing about the family: what was found before stands. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['failed', 'not_asked']);

/** What was found out about the app behind this client id. Another app is another series: what one may not call says nothing of the other. */
const recordOf = (place: Pick<Context, 'store' | 'config'>): Versioned<CapabilityRecord> =>
  appState(place, 'capabilities', (value) => capabilityRecord.parse(value));

/** Null where nothing was ever asked, or it cannot be read: it only hints, and everything is learned again. */
export async function readCapabilities(context: Pick<Context, 'store' | 'config' | 'log'>): Promise<CapabilityRecord | null> {
  try {
    return (await recordOf(context).read())?.value ?? null;
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'corrupt') throw error;
    context.log.warn('what the app may call cannot be read; going on as if nobody had asked', { cause: error.message });
    return null;
  }
}

/** Keeps what a probe found; where that says nothing of a family, the word before stands. A failure to keep it is told and does no harm. */
export async function keepCapabilities(
  context: Pick<Context, 'store' | 'config' | 'log' | 'clock'>,
  found: { readonly user: readonly Probed[]; readonly app: readonly Probed[] },
): Promise<CapabilityRecord> {
  const before = await readCapabilities(context);
  const now = context.clock.now().toISOString();
  const record: CapabilityRecord = {
    askedAt: now,
    user: merged(before?.user ?? NOTHING_FOUND, found.user, now),
    app: merged(before?.app ?? NOTHING_FOUND, found.app, now),
  };
  try {
    const series = recordOf(context);
    // Another probe may have been first; whoever writes last is as true.
    while ((await series.write(await series.newest(), record)) === 'conflict');
  } catch (error) {
    context.log.warn('what the app may call cannot be kept', { cause: asPipelineError(error).message });
  }
  return record;
}

function merged(before: readonly FamilyFound[], found: readonly Probed[], now: string): FamilyFound[] {
  const known = new Map(before.map((one) => [one.family, one]));
  for (const { family, state, said } of found) {
    const last = known.get(family);
    if (last !== undefined && SAYS_NOTHING.has(state)) continue;
    known.set(family, { family, state, said, since: last?.state === state ? last.since : now, askedAt: now });
  }
  return [...known.values()];
}

const inState = (found: readonly FamilyFound[], state: FamilyFound['state'], date: (one: FamilyFound) => string) =>
  Object.fromEntries(found.filter((one) => one.state === state).map((one) => [one.family, date(one)]));

/** What was found as a hint for streams. After seven days without a probe they find out what is closed by themselves. */
export function hintsOf(found: readonly FamilyFound[], now: Date): Capabilities {
  const young = found.filter(({ askedAt }) => now.getTime() - Date.parse(askedAt) < ASK_AGAIN_MS);
  const isOpen = (family: string): boolean => found.some((one) => one.family === family && one.state === 'open');
  return {
    unavailableSince: inState(young, 'closed', ({ since }) => since),
    answeredAt: inState(found, 'open', ({ askedAt }) => askedAt),
    playlistItemsPath: isOpen('/playlists/{id}/items') ? 'items' : isOpen('/playlists/{id}/tracks') ? 'tracks' : null,
  };
}

/** Streams, as the settings name them, that can be read without a login: the last probe found open all that they cannot do without. */
export function streamsAlone(record: CapabilityRecord | null): ReadonlySet<string> {
  const open = new Set(record?.app.filter(({ state }) => state === 'open').map(({ family }) => family));
  const needed = ENDPOINT_FAMILIES.filter(({ instead }) => instead === null);
  const isOpen = (stream: string): boolean => needed.every(({ name, streams }) => !streams.includes(stream) || open.has(name));
  return new Set(needed.flatMap(({ streams }) => streams).filter(isOpen));
}
