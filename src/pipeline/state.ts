import { createHash } from 'node:crypto';
import type { Config } from '../config.ts';
import { PipelineError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Versioned } from '../kernel/versioned.ts';
import type { Key, ObjectStore } from '../landing/object-store.ts';
import { createVersions } from '../landing/versions.ts';

const STATE = 'state/';
/** Versions of a series of hints. */
const KEPT = 100;

/** What of the context the states need; manners, which are part of it, need them. */
interface Place {
  readonly store: ObjectStore;
}

/** Where a stream of an account stands; the series is re-learned when it is lost. */
export function streamState(store: ObjectStore, account: string, name: string): Versioned<unknown> {
  return createVersions<unknown>({ store, prefix: `${STATE}${account}.${name}/`, parse: (value) => value, keep: KEPT });
}

/**
 * What is known of the app behind the client id, whichever account asks: a series of hints. An account's name holds no underscore, so that none is
 * another's state.
 */
export function appState<T>(
  { store, config }: Place & { readonly config: Config },
  name: string,
  parse: (value: unknown) => T,
): Versioned<T> {
  const { apiUrl, clientId } = config.spotify;
  const app = createHash('sha256')
    .update(`${new URL(apiUrl).host} ${clientId}`)
    .digest('hex')
    .slice(0, 12);
  return createVersions({ store, prefix: `${STATE}_app.${app}.${name}/`, parse, keep: KEPT });
}

/** Newest key of each series below `state/`. */
async function newestKeys({ store }: Place): Promise<ReadonlyMap<string, Key>> {
  const newest = new Map<string, Key>();
  for await (const { key } of store.list(STATE)) {
    const end = key.lastIndexOf('/') + 1;
    if (end > STATE.length) newest.set(key.slice(0, end), key);
  }
  return newest;
}

async function isDamaged({ store }: Place, prefix: string): Promise<boolean> {
  try {
    await createVersions<unknown>({ store, prefix, parse: (value) => value }).read();
    return false;
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'corrupt') return true;
    throw error;
  }
}

/** Newest versions of series below `state/` that cannot be read, as keys. */
export async function damagedState(context: Place): Promise<readonly Key[]> {
  const damaged: Key[] = [];
  for (const [prefix, key] of await newestKeys(context)) if (await isDamaged(context, prefix)) damaged.push(key);
  return damaged;
}

/**
 * Removes what cannot be read, so that each series stands where it stood before. State only hints and may lag: a stream asks again for what
 * it had, and the tables tell what was landed twice.
 */
export async function mendState(context: Place & { readonly log: Log }): Promise<void> {
  for (let damaged = await damagedState(context); damaged.length > 0; damaged = await damagedState(context)) {
    await context.store.remove(damaged);
    for (const key of damaged)
      context.log.warn('it could not be read and is removed: its stream goes on from where it stood before', { key });
  }
}
