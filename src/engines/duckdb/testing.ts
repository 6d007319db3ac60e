/** For tests: the query child as the build makes it. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles `query-child` below node_modules, where its packages are found; gives the path of the module. */
export async function compileChild(): Promise<string> {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const folder = await mkdtemp(join(root, 'node_modules', '.query-child-'));
  const outfile = join(folder, 'query-child.mjs');
  await build({
    entryPoints: [join(root, 'src/engines/duckdb/query-child.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    loader: { '.sql': 'text' },
    logLevel: 'warning',
  });
  return outfile;
}
