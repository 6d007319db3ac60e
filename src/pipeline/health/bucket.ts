import { mkdir, statfs } from 'node:fs/promises';
import type { Context } from '../context.ts';
import type { Finding } from '../findings.ts';
import { freeFinding } from './machine.ts';

/** Whether the bucket can be listed, and how much room the disk has that its copies and temporary files go to. Writes nothing to the bucket. */
export async function bucketFindings({ store, config }: Pick<Context, 'store' | 'config'>, ground: string): Promise<readonly Finding[]> {
  let isEmpty = true;
  for await (const _ of store.list('')) {
    isEmpty = false;
    break;
  }
  await mkdir(ground, { recursive: true });
  const { bavail, bsize } = await statfs(ground);
  const found = isEmpty ? 'readable, and empty: the first run or import fills it' : 'readable';
  return [{ check: 'lake bucket', state: 'ok', where: config.lake, found, next: null }, freeFinding(ground, bavail * bsize)];
}
