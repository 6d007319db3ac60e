/** Processes measured from outside, and the numbers that come of it. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const CACHE = join(dirname(here), '.bench-cache');
export const PROGRAM = join(dirname(here), 'bin', 'tonearm.mjs');
const EVERY_MS = 20;

export const machine = () => ({ cpu: cpus()[0]?.model ?? 'unknown', threads: availableParallelism(), node: process.version });

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value that `share` of all lie below or at. */
export const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1];

/**
 * Runs a process to its end. `peakMb` is the most memory that the system saw it hold (Linux; 0 elsewhere).
 *
 * @returns {Promise<{ stdout: string, ms: number, peakMb: number }>}
 */
export async function run(command, args, options = {}) {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let peakMb = 0;
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peakMb = Math.max(peakMb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }, EVERY_MS);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(timer);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr.slice(-2_000)}${stdout.slice(0, 500)}`);
  return { stdout, ms: performance.now() - started, peakMb };
}

export const tonearm = (args, options) => run(process.execPath, [PROGRAM, ...args], options);

/** Milliseconds that DuckDB takes to count one column of JSON files: the least that anything can do which reads them. */
export async function oneColumn(files, column, columns) {
  const script = join(here, 'baselines', 'one-column.mjs');
  const { stdout } = await run(process.execPath, [script, files, column, columns, String(availableParallelism())]);
  return JSON.parse(stdout).ms;
}

/** Does the things in turn, round after round, so that a busy machine slows all of them. Answers with what each gave, by name. */
export async function interleaved(rounds, things) {
  const found = Object.fromEntries(Object.keys(things).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, thing] of Object.entries(things)) found[name].push(await thing(round));
  }
  return found;
}

/** A folder that is gone when `work` is done. */
export async function withFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), 'tonearm-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A Python that has pandas; null where there is none. */
export function pythonWithPandas() {
  const has = (python) => spawnSync(python, ['-c', 'import pandas'], { stdio: 'ignore' }).status === 0;
  return ['/usr/bin/python3', 'python3'].find(has) ?? null;
}
