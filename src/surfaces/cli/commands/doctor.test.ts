import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestCli, savedTracksPage, type TestCli } from '../testing.ts';

describe('doctor and rebuild --check', () => {
  let cli: TestCli;
  beforeAll(async () => {
    cli = await createTestCli();
    await writeFile(join(cli.folder, 'saved.json'), savedTracksPage(['one', 'two']));
    await cli.run('import saved.json');
  });
  afterAll(() => cli.remove());

  it('ends with 0 where nothing failed, and tells of warnings', async () => {
    const { exitCode, stdout } = await cli.run('doctor');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^check +state +found\nsettings +ok +readable\nnode +ok +version /);
    expect(stdout).toContain('\nlogin: not logged in: no refresh token\n  where: account me\n  next: ');
    expect(await cli.run('rebuild --check')).toEqual({
      exitCode: 0,
      stdout: 'raw objects with a landing note: 1\nin the tables (catalog version 1): 1\nraw and the tables hold the same\n',
      stderr: '',
    });
  });

  it('ends with 3 where something failed', async () => {
    await rm(join(cli.folder, 'lake/raw'), { recursive: true });
    const said = await cli.run('doctor --json');
    expect(said.exitCode).toBe(3);
    const { findings, exitCode } = JSON.parse(said.stdout);
    expect(exitCode).toBe(3);
    expect(findings.filter(({ state }: { state: string }) => state === 'fail')).toMatchObject([{ check: 'landing notes' }]);
    const check = await cli.run('rebuild --check');
    expect(check.exitCode).toBe(3);
    expect(check.stdout).toContain('\n1 in the tables, but no longer in raw\n  raw/saved_tracks/');
  });

  it('finds what is wrong with the settings', async () => {
    await writeFile(join(cli.folder, 'bad.yaml'), 'threads: 0\n');
    const { exitCode, stdout } = await cli.run('doctor --config bad.yaml');
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^settings +fail/m);
    expect(stdout).toContain('bad.yaml:1');
  });
});
