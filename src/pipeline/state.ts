import { PipelineError } from '../kernel/errors.ts';
import { createVersions } from '../landing/versions.ts';
import type { Context } from './context.ts';

const STATE = 'state/';

/** Prefixes of the series below `state/`: one per stream of an account. */
async function seriesOf({ store }: Pick<Context, 'store'>): Promise<readonly string[]> {
  const found = new Set<string>();
  for await (const { key } of store.list(STATE)) {
    const end = key.lastIndexOf('/') + 1;
    if (end > STATE.length) found.add(key.slice(0, end));
  }
  return [...found];
}

async function isDamaged(context: Pick<Context, 'store'>, prefix: string): Promise<boolean> {
  try {
    await createVersions<unknown>({ store: context.store, prefix, parse: (value) => value }).read();
    return false;
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'corrupt') return true;
    throw error;
  }
}

/** Series whose newest version cannot be read, as prefixes such as `state/me.playlists/`. */
export async function damagedState(context: Pick<Context, 'store'>): Promise<readonly string[]> {
  const damaged: string[] = [];
  for (const prefix of await seriesOf(context)) if (await isDamaged(context, prefix)) damaged.push(prefix);
  return damaged;
}

/** Puts "nothing is known" on top of every damaged series: its stream begins anew, and what is landed twice is told apart by the tables. */
export async function mendState(context: Pick<Context, 'store' | 'log'>): Promise<void> {
  for (const prefix of await damagedState(context)) {
    const versions = createVersions<unknown>({ store: context.store, prefix, parse: (value) => value });
    await versions.write(await versions.newest(), null);
    context.log.warn('where a stream stood cannot be read: it begins anew', { state: prefix });
  }
}
