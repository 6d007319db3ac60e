/**
 * Gives each run of the tests a temporary folder of its own, and removes it at the end: whatever a test, or a program that it killed, left there
 * goes with it. Workers and their children inherit the variables. Servers that files of a worker share, named there as `<id>.process-group`, end first.
 */
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder = '';

export function setup() {
  folder = mkdtempSync(join(tmpdir(), 'tonearm-tests-'));
  // Tests that play another user go through it.
  chmodSync(folder, 0o755);
  // The first is read on POSIX, the others on Windows.
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
}

export function teardown() {
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.process-group')))
    process.kill(-Number.parseInt(name, 10), 'SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
