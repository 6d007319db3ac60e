import { createDuckDbEngine } from '../engines/duckdb/engine.ts';
import type { Engine } from '../engines/engine.ts';
import type { Context } from './context.ts';
import { zonesOf } from './zones.ts';

/** An engine of its own, or the one that is kept, which closing does not end. */
export function engineOf({ catalog, files, store, tempDir, config, keptEngine }: Context): Engine {
  if (keptEngine !== null) return { ...keptEngine, close: async () => undefined };
  const { memoryLimit, threads } = config;
  return createDuckDbEngine({ catalog, files, store, tempDir, zones: zonesOf(config), memoryLimit, threads });
}

/** Closes the engine once the work is done, however it ends. */
export async function withEngine<T>(context: Context, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = engineOf(context);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}
