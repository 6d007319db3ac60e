import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cronLine, serviceUnit } from '../service-unit.ts';
import { createTestCli, type TestCli } from '../testing.ts';

const execute = promisify(execFile);
const ODD = '/srv/my "music" 100% $HOME\\x';

describe('install-service', () => {
  let cli: TestCli;
  let env: Record<string, string>;
  let unit: string;
  beforeAll(async () => {
    cli = await createTestCli();
    const bin = join(cli.folder, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'systemctl'), '');
    await chmod(join(bin, 'systemctl'), 0o755);
    env = { HOME: cli.folder, PATH: bin, TONEARM_CLIENT_SECRET: 's3cret', TONEARM_REFRESH_TOKEN: 't0ken' };
    unit = join(cli.folder, '.config', 'systemd', 'user', 'tonearm.service');
  });
  afterAll(() => cli.remove());

  it('writes the unit once, says how to switch it on, and removes it again', async () => {
    const said = await cli.run('install-service', { env });
    expect(said).toMatchObject({ exitCode: 0, stdout: `wrote ${unit}\n` });
    expect(said.stderr).toContain('systemctl --user enable --now tonearm.service');
    expect(JSON.parse((await cli.run('install-service --json', { env })).stdout)).toMatchObject({ path: unit, changed: false });
    expect((await cli.run('install-service --uninstall', { env })).stdout).toBe(`removed ${unit}\n`);
    expect(existsSync(unit)).toBe(false);
    expect(await cli.run('install-service --uninstall', { env })).toMatchObject({ exitCode: 0, stdout: `${unit} was not there\n` });
  });

  it('writes it anew where it was changed, with the flags that were given and no secret', async () => {
    await mkdir(join(unit, '..'), { recursive: true });
    await writeFile(unit, 'something else');
    await cli.run('install-service --lake ./my-lake', { env });
    const text = await readFile(unit, 'utf8');
    expect(text).toContain(`ExecStart="${process.execPath}" "`);
    expect(text).toContain(`"--lake" "${join(cli.folder, 'my-lake')}" "--log-format" "json" "schedule"`);
    expect(text).toContain(`WorkingDirectory=${cli.folder}\n`);
    expect(text).not.toMatch(/s3cret|t0ken/);
    const dashboard = await cli.run('install-service --dashboard --print', { env });
    expect(dashboard.stdout).toContain('"--log-format" "json" "serve"\n');
  });

  it('only shows it with --print, also where there is no systemd', async () => {
    const said = await cli.run('install-service --print', { env: { ...env, PATH: '' } });
    expect(said).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('[Install]') });
  });

  it('says what to do instead where there is no systemd', async () => {
    const said = await cli.run('install-service', { env: { ...env, PATH: '/nowhere' } });
    expect(said.exitCode).toBe(2);
    expect(said.stderr).toContain('*/5 * * * * cd');
    expect(said.stderr).toContain("'schedule' '--once'");
  });

  it('refuses settings that are wrong before systemd meets them', async () => {
    await writeFile(join(cli.folder, 'wrong.yaml'), 'schedule: {listening: {every: 1s}}');
    expect(await cli.run('install-service --config wrong.yaml', { env })).toMatchObject({ exitCode: 2 });
  });
});

describe('the unit', () => {
  it('is one that systemd takes, whatever signs its paths hold', async (context) => {
    const cli = await createTestCli();
    try {
      const folder = join(cli.folder, 'my "music" 100% $HOME');
      await mkdir(folder);
      const path = join(cli.folder, 'tonearm.service');
      await writeFile(path, serviceUnit({ command: [process.execPath, join(folder, 'tonearm.mjs'), 'schedule'], folder }));
      const home = { ...process.env, XDG_RUNTIME_DIR: cli.folder, HOME: cli.folder };
      const { stdout, stderr } = await execute('systemd-analyze', ['--user', 'verify', path], { env: home }).catch((error) => {
        if (error.code === 'ENOENT') context.skip('there is no systemd-analyze');
        throw error;
      });
      expect(`${stdout}${stderr}`).not.toContain('tonearm.service');
    } finally {
      await cli.remove();
    }
  });

  it('quotes each word for systemd, and the line for cron does for the shell', () => {
    expect(serviceUnit({ command: [ODD], folder: '/' })).toContain('ExecStart="/srv/my \\"music\\" 100%% $$HOME\\\\x"\n');
    expect(cronLine({ command: ["/it's 5%"], folder: '/a b' })).toBe(
      "*/5 * * * * cd '/a b' && set -a && . ./.env && set +a && '/it'\\''s 5\\%' '--once'",
    );
  });
});
