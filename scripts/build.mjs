/**
 * Bundles the sources into `dist`, the dashboard's page into `dist/web`, and the CDK app into `infra/dist`, beside the packages of the CDK: one file per entry point, shared and lazily loaded code as chunks beside them. Packages stay outside the
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

const CDK_APP = 'infra/app.ts';
const PAGE = 'web/vite.config.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const fresh = `${dist}.new-${process.pid}`;
const old = `${dist}.old-${process.pid}`;

const COMMON = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  loader: { '.sql': 'text' },
  sourcemap: true,
  // Names and lines are enough for a trace; the sources themselves would make up half of the package.
  sourcesContent: false,
  logLevel: 'warning',
};

const present = Object.entries(ENTRY_POINTS).filter(([, file]) => existsSync(join(root, file)));

try {
  mkdirSync(fresh);
  // Taken before the bundle is made: a source that changes meanwhile asks for another build.
  writeFileSync(join(fresh, basename(BUILD_STAMP)), sourceFingerprint(root));
  if (present.length > 0) await bundle(present);
  if (existsSync(join(root, PAGE))) await bundlePage();
  if (existsSync(join(root, CDK_APP))) await bundleCdkApp();
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
    ...COMMON,
    entryPoints: Object.fromEntries(entryPoints),
    outdir: fresh,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  });
}

async function bundlePage() {
  const { build } = await import('vite');
  await build({ configFile: join(root, PAGE), logLevel: 'warn', build: { outDir: join(fresh, 'web') } });
}

/** Written whole or not at all, as a file is when it is renamed. */
async function bundleCdkApp() {
  const { build } = await import('esbuild');
  const made = join(root, 'infra', 'dist', `app.new-${process.pid}.js`);
  await build({ ...COMMON, sourcemap: false, entryPoints: [CDK_APP], outfile: made });
  renameSync(made, join(root, 'infra', 'dist', 'app.js'));
}
