import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { expect, it } from 'vitest';
import { isGone, thisProcess } from './process-identity.ts';

/** The number of a process that was there and is no more. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
  await once(child, 'spawn');
  child.kill('SIGKILL');
  await once(child, 'exit');
  return child.pid ?? 0;
}

it('is of one process: this one is here, another that was killed is gone', async () => {
  const own = await thisProcess();
  expect(await thisProcess()).toEqual(own);
  expect(await isGone(own)).toBe(false);
  expect(await isGone({ ...own, pid: await deadPid() })).toBe(true);
});

it.runIf(process.platform === 'linux')('a later process of the same number is not it', async () => {
  expect(await isGone({ ...(await thisProcess()), startedAt: '1' })).toBe(true);
});

it.each([{ host: 'another' }, { boot: 'another' }, { namespace: 'pid:[1]' }])('nobody can tell of a process with %j', async (elsewhere) => {
  expect(await isGone({ ...(await thisProcess()), pid: await deadPid(), ...elsewhere })).toBe(false);
});
