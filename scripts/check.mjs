/** `npm run check`: everything that can be said about the sources without a whole run. One line a step; the output of a step only if it fails. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const STEPS = {
  types: ['tsc', '-p', '.', '--noEmit'],
  'types of the page': ['tsc', '-p', 'web', '--noEmit'],
  'lint and format': ['biome', 'check', '--error-on-warnings'],
  'unused code': ['knip'],
  tests: ['vitest', 'run', '--exclude', 'test/e2e/**'],
};

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');
const skipped = process.argv.includes('--no-tests') ? ['tests'] : [];

const steps = Object.entries(STEPS).filter(([name]) => !skipped.includes(name));
const failed = steps.filter(([name, [command, ...args]]) => !passes(name, command, args));
process.exitCode = failed.length === 0 ? 0 : 1;

function passes(name, command, args) {
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(join(bin, command), args, {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(5);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${seconds} s  ${name}`);
  if (status !== 0) console.log([stdout, stderr, error?.message].filter(Boolean).join('\n'));
  return status === 0;
}
