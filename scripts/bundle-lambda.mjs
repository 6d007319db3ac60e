/**
 * `node scripts/bundle-lambda.mjs [--arch arm64|x64] [--out dir]`: bundles the functions of AWS Lambda, a folder each: `index.mjs` and, where DuckDB is
 * needed, its native package for that architecture. The package comes from node_modules where npm put it there, else from npm, in the version and
 * with the checksum of package-lock.json, and is kept in `node_modules/.cache`.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const FUNCTIONS = ['extract', 'stage', 'build'];
/** Only this one may need DuckDB. */
const WITH_DUCKDB = 'build';
/** `e_machine` of an ELF file. https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const MACHINES = { arm64: 183, x64: 62 };

const { values } = parseArgs({ options: { arch: { type: 'string', default: 'arm64' }, out: { type: 'string', default: 'dist/lambda' } } });
const { arch } = values;
if (!(arch in MACHINES)) fail(`--arch is ${arch}: it is one of ${Object.keys(MACHINES).join(', ')}`);
const out = resolve(values.out);
const fresh = `${out}.new-${process.pid}`;

try {
  for (const name of FUNCTIONS) await bundle(name);
  addBinding(join(fresh, WITH_DUCKDB, 'node_modules'));
  // A half-written bundle is never in place.
  rmSync(out, { recursive: true, force: true });
  mkdirSync(dirname(out), { recursive: true });
  renameSync(fresh, out);
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
console.log(`${FUNCTIONS.length} functions for ${arch} in ${out}`);

async function bundle(name) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`src/surfaces/lambda/${name}.ts`],
    outfile: join(fresh, name, 'index.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minify: true,
    keepNames: true,
    external: ['@duckdb/node-bindings-*'],
    loader: { '.sql': 'text' },
    // CommonJS packages inside an ES module need one.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    metafile: true,
    logLevel: 'warning',
  });
  const duckDb = Object.keys(metafile.inputs).find((path) => path.includes('@duckdb/'));
  if (name !== WITH_DUCKDB && duckDb !== undefined) fail(`${name} must not need DuckDB, and imports ${duckDb}`);
}

function addBinding(modules) {
  const name = `@duckdb/node-bindings-linux-${arch}`;
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { version, integrity } = packages[`node_modules/${name}`] ?? fail(`package-lock.json has no ${name}`);
  const folder = join(modules, name);
  mkdirSync(folder, { recursive: true });
  const installed = join(root, 'node_modules', name);
  if (existsSync(installed) && versionIn(installed) === version) cpSync(installed, folder, { recursive: true });
  else unpack(fetched(name, version, integrity), folder);
  const machine = readFileSync(join(folder, 'duckdb.node')).readUInt16LE(18);
  if (machine !== MACHINES[arch]) fail(`${name} is for another machine (ELF ${machine})`);
}

function versionIn(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
}

/** The file of the package, as npm has it. */
function fetched(name, version, integrity) {
  const cache = join(root, 'node_modules', '.cache', 'tonearm');
  const file = join(cache, `${name.replace('/', '-').replace('@', '')}-${version}.tgz`);
  if (existsSync(file) && isWhole(file, integrity)) return file;
  mkdirSync(cache, { recursive: true });
  execFileSync('npm', ['pack', `${name}@${version}`, '--pack-destination', cache, '--silent'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (!isWhole(file, integrity)) {
    rmSync(file, { force: true });
    fail(`${name}@${version} is not what package-lock.json names: its checksum differs`);
  }
  return file;
}

function isWhole(file, integrity) {
  const [algorithm, expected] = integrity.split(/-(.*)/s);
  return createHash(algorithm).update(readFileSync(file)).digest('base64') === expected;
}

function unpack(file, folder) {
  execFileSync('tar', ['-xzf', file, '-C', folder, '--strip-components=1']);
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
