import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, Effects } from '../../pipeline/app.ts';
import { loadSettings } from '../../pipeline/settings.ts';
import { required, type World } from './world.ts';

type Settings = App['config'];

/** Of the memory of a function: the rest is for Node.js, the SDK and what DuckDB does not count. */
const DUCKDB_SHARE = 0.6;
const LEAST_DUCKDB_MB = 128;
/** Copies of the lake's files may take half of `/tmp`; what DuckDB spills needs the rest. */
const COPIES_SHARE = 0.5;

/** What DuckDB may use in a function of that size, as settings say it. */
function duckDbMemory(functionMb: number): string {
  return `${Math.max(LEAST_DUCKDB_MB, Math.floor(functionMb * DUCKDB_SHARE))}MB`;
}

/** Where a function keeps files: nothing else of its machine can be written. */
export const cacheFolder = ({ env }: World): string => env.TONEARM_CACHE ?? join(tmpdir(), 'tonearm');

/**
 * The settings of the file that was deployed, with what the function itself sets: the lake, the memory of DuckDB and where files go.
 * Errors: `config`.
 */
export async function functionSettings(
  world: World,
  { storageMb, env: more = {} }: { readonly storageMb: number; readonly env?: World['env'] },
): Promise<Settings> {
  const env: World['env'] = { ...world.env, TONEARM_CACHE: cacheFolder(world), ...more };
  const functionMb = Number(env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  const memory = functionMb > 0 ? { memory: duckDbMemory(functionMb) } : {};
  const flags = { config: required(world, 'TONEARM_CONFIG'), lake: required(world, 'TONEARM_LAKE'), ...memory };
  const settings = await loadSettings({ cwd: cacheFolder(world), env, flags });
  if (settings.bucket === undefined) return settings;
  return { ...settings, bucket: { ...settings.bucket, cacheBytes: storageMb * COPIES_SHARE * 1024 * 1024 } };
}

export const effectsOf = ({ clock, fetch, log }: World): Effects => ({ clock, fetch, log, progress: () => undefined });
