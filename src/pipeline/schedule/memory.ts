import { z } from 'zod';
import { asPipelineError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Versioned } from '../../kernel/versioned.ts';
import type { ObjectStore } from '../../landing/object-store.ts';
import { createVersions } from '../../landing/versions.ts';
import type { Job } from './jobs.ts';

/** Entries of a series of hints that are kept. */
const KEEP = 100;
/** What somebody was told and that is remembered at most, the newest. */
const MOST_TOLD = 200;

const time = z.iso.datetime();
const jobEntry = z.object({ startedAt: time, failures: z.int().nonnegative(), retryAt: time.nullable() });
const entry = z.object({ jobs: z.record(z.string(), jobEntry), told: z.record(z.string(), time), deferredSince: time.nullable() });

export type JobEntry = z.infer<typeof jobEntry>;
/** What the schedule remembers of an account, or of what is of none. */
export type Entry = z.infer<typeof entry>;

const NOTHING: Entry = { jobs: {}, told: {}, deferredSince: null };

/** No account is called so: names hold no underscore. */
export const NO_ACCOUNT = '_app';
export const placeOf = ({ account }: Pick<Job, 'account'>): string => account ?? NO_ACCOUNT;

export interface Memory {
  /** Nothing where there is none, or where it cannot be read: what is due is then done once more. */
  read(place: string): Promise<Entry>;
  /** Another writer's changes stay. Never throws: what cannot be stored is remembered as long as the process lives. */
  change(place: string, edit: (known: Entry) => Entry): Promise<void>;
}

/** One series for each account below `state/`, so that a purge takes it along. */
export function createMemory({ store, log }: { readonly store: ObjectStore; readonly log: Log }): Memory {
  const unstored = new Map<string, Entry>();
  const series = new Map<string, Versioned<Entry>>();

  function seriesOf(place: string): Versioned<Entry> {
    const prefix = `state/${place}.schedule/`;
    const known = series.get(place) ?? createVersions({ store, prefix, parse: (value) => entry.parse(value), keep: KEEP });
    series.set(place, known);
    return known;
  }

  async function read(place: string): Promise<Entry> {
    try {
      return unstored.get(place) ?? (await seriesOf(place).read())?.value ?? NOTHING;
    } catch (error) {
      log.warn('what was started last cannot be read: it is started anew', { place, cause: asPipelineError(error).message });
      return NOTHING;
    }
  }

  async function change(place: string, edit: (known: Entry) => Entry): Promise<void> {
    try {
      const own = seriesOf(place);
      let isWritten = false;
      while (!isWritten) {
        const base = await own.newest();
        isWritten = (await own.write(base, trimmed(edit(await read(place))))) === 'written';
      }
      unstored.delete(place);
    } catch (error) {
      unstored.set(place, trimmed(edit(await read(place))));
      log.warn('what was started last cannot be stored; going on', { place, cause: asPipelineError(error).message });
    }
  }

  return { read, change };
}

function trimmed(known: Entry): Entry {
  const told = Object.entries(known.told).sort(([, a], [, b]) => (a < b ? 1 : -1));
  return { ...known, told: Object.fromEntries(told.slice(0, MOST_TOLD)) };
}
