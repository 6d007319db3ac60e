/**
 * Bundles the sources into `dist`: one file per entry point, shared and lazily loaded code as chunks beside them. Packages stay outside the
 * bundle (DuckDB is native); `.sql` files become text inside it. An entry point that does not exist is left out.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILD_STAMP, sourceFingerprint } from './fingerprint.mjs';

const ENTRY_POINTS = {
  cli: 'src/surfaces/cli/main.ts',
  'query-child': 'src/engines/duckdb/query-child.ts',
};

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const fresh = `${dist}.new-${process.pid}`;
const old = `${dist}.old-${process.pid}`;

const present = Object.entries(ENTRY_POINTS).filter(([, file]) => existsSync(join(root, file)));

try {
  mkdirSync(fresh);
  // Taken before the bundle is made: a source that changes meanwhile asks for another build.
  writeFileSync(join(fresh, basename(BUILD_STAMP)), sourceFingerprint(root));
  if (present.length > 0) await bundle(present);
  // Two renames, so that a half-written bundle is never in place.
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
} finally {
  rmSync(fresh, { recursive: true, force: true });
  rmSync(old, { recursive: true, force: true });
}

async function bundle(entryPoints) {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(entryPoints),
    outdir: fresh,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    loader: { '.sql': 'text' },
    chunkNames: 'chunks/[name]-[hash]',
    sourcemap: true,
    // Names and lines are enough for a trace; the sources themselves would make up half of the package.
    sourcesContent: false,
    logLevel: 'warning',
  });
}
