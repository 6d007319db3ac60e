import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { PipelineError } from '../kernel/errors.ts';
import { readDocument } from './document.ts';
import { configError } from './problem.ts';
import { resolveConfig } from './resolve.ts';
import { CONFIG_FILE, type Config, type ConfigRequest } from './settings.ts';

/** See `loadConfig`. */
export async function readConfig(request: ConfigRequest): Promise<Config> {
  const found = await findFile(request);
  const name = found === null ? CONFIG_FILE : relative(request.cwd, found.path);
  const document = readDocument(found?.text ?? '', name, [...request.streams, ...(request.optInStreams ?? [])]);
  const { config, problems } = resolveConfig(document, request, found === null ? request.cwd : dirname(found.path));
  const all = [...document.problems, ...problems];
  if (all.length > 0) throw configError(all);
  return config;
}

interface Found {
  readonly path: string;
  readonly text: string;
}

/** The nearest tonearm.yaml, or the one that is named; null where there is none. Errors: `config` where it cannot be read. */
export async function findFile({ cwd, flags }: Pick<ConfigRequest, 'cwd' | 'flags'>): Promise<Found | null> {
  if (flags.config !== undefined) {
    const path = resolve(cwd, flags.config);
    const text = await readIfThere(path);
    if (text !== null) return { path, text };
    throw new PipelineError(`there is no file ${path}`, {
      code: 'config',
      hint: 'Name a file with --config, or write one with `tonearm init`.',
    });
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, CONFIG_FILE);
    const text = await readIfThere(path);
    if (text !== null) return { path, text };
    if (dirname(folder) === folder) return null;
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new PipelineError(`cannot read ${path}`, { code: 'config', hint: 'Is it a file that you may read?', cause: error });
  }
}
