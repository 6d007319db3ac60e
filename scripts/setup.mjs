/**
 * Makes a fresh clone ready, and costs next to nothing when it is: installs the locked packages when they are not the ones in node_modules,
 * and builds `dist` when a source changed. Runs before anything is installed, so it uses Node's own modules alone.
 *
 *     node scripts/setup.mjs demo     packages and dist
 *     node scripts/setup.mjs test     these, and the packages of infra and of the tests of Snowflake, which are large
 *     node scripts/setup.mjs check    packages, those too
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILD_STAMP, installFingerprint, isInstalled, sourceFingerprint, textOrNull } from './fingerprint.mjs';
import { withLock } from './lock.mjs';

const PURPOSES = ['demo', 'test', 'check'];
const INSTALL_STAMP = 'node_modules/.tonearm-installed.json';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const large = ['infra', 'test/snowflake'].map((folder) => join(root, folder));
const say = (line) => process.stderr.write(`${line}\n`);

async function setUp(purpose) {
  const started = performance.now();
  const did = [];
  if (!isReady(purpose)) {
    await withLock(
      join(root, '.setup.lock'),
      () => prepare(purpose, did),
      () => say('set-up: waiting for another one in this folder'),
    );
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(`set-up ${seconds} s: ${did.length === 0 ? 'nothing to do' : did.join(', ')}`);
}

/** Folders with packages of their own. */
const foldersFor = (purpose) => [root, ...(purpose === 'demo' ? [] : large.filter((folder) => existsSync(join(folder, 'package.json'))))];

const isReady = (purpose) => foldersFor(purpose).every(isInstallCurrent) && (purpose === 'check' || isBuildCurrent());
const isInstallCurrent = (folder) => textOrNull(folder, INSTALL_STAMP) === JSON.stringify(installFingerprint(folder));
const isBuildCurrent = () => textOrNull(root, BUILD_STAMP) === sourceFingerprint(root);

async function prepare(purpose, did) {
  for (const folder of foldersFor(purpose)) {
    if (!isInstallCurrent(folder)) await install(folder, did);
  }
  if (purpose !== 'check' && !isBuildCurrent()) {
    await quietly(process.execPath, ['scripts/build.mjs'], root);
    did.push('dist built');
  }
}

async function install(folder, did) {
  const whose = folder === root ? '' : ` of ${relative(root, folder)}`;
  if (!isInstalledByHand(folder)) {
    say(`set-up: installing the locked packages${whose}`);
    await quietly('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], folder);
    did.push(`packages${whose} installed`);
  }
  mkdirSync(join(folder, dirname(INSTALL_STAMP)), { recursive: true });
  writeFileSync(join(folder, INSTALL_STAMP), JSON.stringify(installFingerprint(folder)));
}

/** An `npm install` done by hand is taken as it is, unless a stamp says that it was made for another machine or Node. */
function isInstalledByHand(folder) {
  const { packages: _, ...runtime } = installFingerprint(folder);
  const { packages: __, ...stamped } = JSON.parse(textOrNull(folder, INSTALL_STAMP) ?? JSON.stringify(runtime));
  return JSON.stringify(stamped) === JSON.stringify(runtime) && isInstalled(folder);
}

/** Runs a command whose output matters only when it fails. */
function quietly(command, args, folder) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) return resolve();
      process.stderr.write(Buffer.concat(output));
      reject(new Error(`${[command, ...args].join(' ')} ended with ${code}`));
    });
  });
}

const purpose = process.argv[2] ?? '';
if (PURPOSES.includes(purpose)) {
  await setUp(purpose).catch((error) => {
    say(`set-up failed: ${error.message}`);
    process.exitCode = 1;
  });
} else {
  say(`usage: node scripts/setup.mjs ${PURPOSES.join('|')}`);
  process.exitCode = 2;
}
