/**
 * `npm run bench:import [records]`: from `tonearm import` of a zip of extended history to queryable tables, against DuckDB counting one column of
 * the same JSON, plain, in the same run. Runs of both are interleaved, so that a busy machine slows both; the ratio of the medians counts.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedHistory } from './generated-history.mjs';

const ROUNDS = 3;
const records = Number(process.argv[2] ?? 1_000_000);
const here = dirname(fileURLToPath(import.meta.url));
const program = join(dirname(here), 'bin', 'tonearm.mjs');
const threads = String(availableParallelism());
const { folder, zip } = await generatedHistory(join(dirname(here), '.bench-cache'), records);

const times = { column: [], import: [] };
let peak = 0;
for (let round = 0; round < ROUNDS; round += 1) {
  const counted = await run([join(here, 'one-column.mjs'), folder, threads]);
  times.column.push(JSON.parse(counted.stdout).ms);
  const lake = await mkdtemp(join(tmpdir(), 'tonearm-bench-'));
  const imported = await run([program, 'import', zip, '--lake', lake, '--json']);
  const { kept, read } = JSON.parse(imported.stdout).total;
  if (kept !== records || read !== records) throw new Error(`${read} records read and ${kept} kept of ${records}`);
  times.import.push(imported.ms);
  peak = Math.max(peak, imported.peakMb);
  await rm(lake, { recursive: true });
}
const [column, whole] = [median(times.column), median(times.import)];
console.log(`${records.toLocaleString('en-US')} records, ${cpus()[0]?.model}, ${threads} threads, Node ${process.version}`);
console.log(`one column   ${seconds(column)}`);
console.log(`import       ${seconds(whole)}   ${(whole / column).toFixed(1)} × one column   peak ${Math.round(peak)} MB`);

/** Runs Node to its end; `peakMb` is the most memory that the system saw it hold (Linux; 0 elsewhere). */
async function run(args) {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let peakMb = 0;
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peakMb = Math.max(peakMb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }, 20);
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(timer);
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stdout.slice(0, 2_000)}`);
  return { stdout, ms: performance.now() - started, peakMb };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[(values.length - 1) / 2];
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(2).padStart(6)} s`;
}
