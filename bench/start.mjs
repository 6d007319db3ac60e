/**
 * `npm run bench:start`: how long the program takes to say anything, against Node alone. Runs of both are interleaved, so that a busy machine
 * slows both; the ratio of the medians is what to compare between versions.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUNS = 21;
const program = join(dirname(dirname(fileURLToPath(import.meta.url))), 'bin', 'tonearm.mjs');
const COMMANDS = {
  'node -e 0': ['-e', '0'],
  'tonearm --version': [program, '--version'],
  'tonearm --help': [program, '--help'],
};

const times = Object.fromEntries(Object.keys(COMMANDS).map((name) => [name, []]));
for (let run = 0; run < RUNS; run += 1) {
  for (const [name, args] of Object.entries(COMMANDS)) times[name].push(milliseconds(args));
}
const bare = median(times['node -e 0']);
for (const [name, all] of Object.entries(times)) {
  const middle = median(all);
  console.log(`${name.padEnd(20)}${middle.toFixed(1).padStart(8)} ms${(middle / bare).toFixed(2).padStart(8)} × bare Node`);
}

function milliseconds(args) {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - started;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[(values.length - 1) / 2];
}
