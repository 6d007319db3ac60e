/**
 * Makes a fresh clone ready, and costs next to nothing when it is: installs the locked packages when they are not the ones in node_modules,
 * and builds `dist` when a source changed. Runs before anything is installed, so it uses Node's own modules alone.
 *
 *     node scripts/setup.mjs demo|test    packages and dist
 *     node scripts/setup.mjs check        packages
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILD_STAMP, installFingerprint, isInstalled, sourceFingerprint, textOrNull } from './fingerprint.mjs';
import { withLock } from './lock.mjs';

const PURPOSES = ['demo', 'test', 'check'];
const INSTALL_STAMP = 'node_modules/.tonearm-installed.json';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
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

const isReady = (purpose) => isInstallCurrent() && (purpose === 'check' || isBuildCurrent());
const isInstallCurrent = () => textOrNull(root, INSTALL_STAMP) === JSON.stringify(installFingerprint(root));
const isBuildCurrent = () => textOrNull(root, BUILD_STAMP) === sourceFingerprint(root);

async function prepare(purpose, did) {
  if (!isInstallCurrent()) {
    if (!isInstalledByHand()) {
      say('set-up: installing the locked packages');
      await quietly('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
      did.push('packages installed');
    }
    mkdirSync(join(root, dirname(INSTALL_STAMP)), { recursive: true });
    writeFileSync(join(root, INSTALL_STAMP), JSON.stringify(installFingerprint(root)));
  }
  if (purpose !== 'check' && !isBuildCurrent()) {
    await quietly(process.execPath, ['scripts/build.mjs']);
    did.push('dist built');
  }
}

/** An `npm install` done by hand is taken as it is, unless a stamp says that it was made for another machine or Node. */
function isInstalledByHand() {
  const { packages: _, ...runtime } = installFingerprint(root);
  const { packages: __, ...stamped } = JSON.parse(textOrNull(root, INSTALL_STAMP) ?? JSON.stringify(runtime));
  return JSON.stringify(stamped) === JSON.stringify(runtime) && isInstalled(root);
}

/** Runs a command whose output matters only when it fails. */
function quietly(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
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
