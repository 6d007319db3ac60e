// `npm run soak [-- <part of a test file's name>…]`: laws, faults and kills over many more cases than `npm test` has time for, and a virtual year unattended.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const files =
  process.argv.length > 2
    ? process.argv.slice(2)
    : [
        'bad-disks',
        'browser/dashboard',
        'compact',
        'crash',
        'evidence-export',
        'faults',
        'aws/lake',
        'test/lake',
        'laws',
        'snowflake/exactness',
        'truth',
        'year',
      ];
const run = spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--testTimeout=3600000', ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, TONEARM_SOAK: '1' },
});
process.exitCode = run.status ?? 1;
