/** `tonearm serve` as a process of its own. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { PROGRAM } from '../measured.mjs';

/** Gives `work` the address, and what tells the server's memory in MB (Linux; 0 elsewhere); ends the server afterwards. */
export async function withServer(lake, work) {
  const args = [PROGRAM, 'serve', '--lake', lake, '--port', '0', '--no-schedule', '--json', '--quiet'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.on('close', resolve));
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const url = await new Promise((resolve, reject) => {
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      const found = /"url":\s*"([^"]+)"/.exec(stdout)?.[1];
      if (found !== undefined) resolve(found.replace(/\/$/, ''));
    });
    child.on('close', (status) => reject(new Error(`the server ended with ${status}: ${stderr.slice(-2_000)}`)));
  });
  const memoryMb = async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  };
  try {
    return await work(url, memoryMb);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}
