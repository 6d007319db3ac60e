import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { DEMO_MARK, emptyDemoFolder } from './demo-mark.ts';

const folder = mkdtempSync(join(tmpdir(), 'tonearm-demo-mark-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('makes a folder, and throws away what an earlier demo left there', async () => {
  const lake = join(folder, 'new');
  await emptyDemoFolder(lake);
  mkdirSync(join(lake, 'raw'));
  await emptyDemoFolder(lake);
  expect(readdirSync(lake)).toEqual([DEMO_MARK]);
});

it('takes an empty folder, and refuses one with something of somebody else, which stays', async () => {
  const other = join(folder, 'other');
  mkdirSync(other);
  await emptyDemoFolder(other);
  rmSync(join(other, DEMO_MARK));
  writeFileSync(join(other, 'catalog.txt'), 'mine');
  await expect(emptyDemoFolder(other)).rejects.toMatchObject({ code: 'bad_input' });
  expect(existsSync(join(other, 'catalog.txt'))).toBe(true);
});
