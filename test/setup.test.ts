import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from './tracked-files.ts';

let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'tonearm-setup-'));
  cpSync(join(root, 'scripts'), join(project, 'scripts'), { recursive: true });
  const named = { name: 'empty', version: '1.0.0' };
  writeFileSync(join(project, 'package.json'), JSON.stringify(named));
  writeFileSync(join(project, 'package-lock.json'), JSON.stringify({ ...named, lockfileVersion: 3, packages: { '': named } }));
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

/** Runs a set-up in the project; `onText` sees what it has printed so far. */
function setUp(purpose: string, onText: (text: string) => void = () => undefined): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, npm_config_offline: 'true', npm_config_ignore_scripts: 'false' };
    const child = spawn(process.execPath, ['scripts/setup.mjs', purpose], { cwd: project, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += chunk;
      onText(text);
    });
    child.on('close', (code) => resolve({ code, text }));
  });
}

const locks = (): readonly string[] => readdirSync(project).filter((name) => name.startsWith('.setup.lock'));

function lockedBy(pid: number): void {
  mkdirSync(join(project, '.setup.lock'));
  writeFileSync(join(project, '.setup.lock/owner.json'), JSON.stringify({ id: `${pid}-1`, pid, host: hostname(), since: Date.now() }));
}

describe('set-up', () => {
  it('installs and builds once, then has nothing to do', async () => {
    const first = await setUp('test');
    expect(first.text).toMatch(/^set-up: installing the locked packages\nset-up \d+\.\d s: packages installed, dist built\n$/);
    expect(first.code).toBe(0);
    expect((await setUp('demo')).text).toMatch(/^set-up \d+\.\d s: nothing to do\n$/);
    expect(locks()).toEqual([]);
  });

  it('builds again when a source changed, and not when a test did', async () => {
    await setUp('test');
    mkdirSync(join(project, 'src'));
    writeFileSync(join(project, 'src/a.ts'), 'export const a = 1;');
    expect((await setUp('test')).text).toMatch(/s: dist built\n$/);
    writeFileSync(join(project, 'src/a.test.ts'), '');
    expect((await setUp('test')).text).toMatch(/s: nothing to do\n$/);
  });

  it('needs no dist for a check', async () => {
    expect((await setUp('check')).text).toMatch(/s: packages installed\n$/);
    expect(existsSync(join(project, 'dist'))).toBe(false);
  });

  it("shows npm's own words and fails when the installation fails, and leaves no lock", async () => {
    const scripts = { preinstall: 'echo the disk is full && exit 3' };
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'empty', version: '1.0.0', scripts }));
    const { code, text } = await setUp('test');
    expect(text).toMatch(/^the disk is full$/m);
    expect(text).toMatch(/set-up failed: npm ci .* ended with \d+\n$/);
    expect(code).toBe(1);
    expect(locks()).toEqual([]);
  });

  it('works once for two that come at the same time', async () => {
    const both = await Promise.all([setUp('test'), setUp('test')]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.filter(({ text }) => text.includes('packages installed'))).toHaveLength(1);
    expect(locks()).toEqual([]);
  });

  it('waits for one that is alive', async () => {
    lockedBy(process.pid);
    const { code, text } = await setUp('check', (soFar) => {
      if (soFar.includes('waiting')) rmSync(join(project, '.setup.lock'), { recursive: true, force: true });
    });
    expect(text).toMatch(/^set-up: waiting for another one in this folder\n/);
    expect(code).toBe(0);
  });

  it('takes over from one that died', async () => {
    const dead = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await new Promise((resolve) => dead.on('close', resolve));
    lockedBy(dead.pid ?? 0);
    const { code, text } = await setUp('check');
    expect(text).not.toContain('waiting');
    expect(code).toBe(0);
    expect(locks()).toEqual([]);
  });

  it('refuses another purpose', async () => {
    expect(await setUp('dance')).toEqual({ code: 2, text: 'usage: node scripts/setup.mjs demo|test|check\n' });
  });
});
