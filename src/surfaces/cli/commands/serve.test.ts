import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestCli, type TestCli } from '../testing.ts';

describe('tonearm serve', () => {
  let cli: TestCli;
  beforeAll(async () => {
    cli = await createTestCli();
  });
  afterAll(() => cli.remove());
  const stopped = { signal: AbortSignal.abort() };
  const TOKEN = 'correct-horse-battery-staple';

  it('prints its address, opens it where it is asked to, and ends with Ctrl-C', async () => {
    const opened: string[] = [];
    const openBrowser = async (url: string): Promise<boolean> => opened.push(url) > 0;
    const said = await cli.run('serve --port 0 --open', { ...stopped, openBrowser });
    expect(said).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\n$/) });
    expect(said.stderr).toMatch(/^The dashboard is at http.*Ends with Ctrl-C\.\nThe dashboard has stopped\.\n$/);
    expect(opened).toEqual([said.stdout.trim()]);
  });

  it.each(['--host 0.0.0.0', '--host 192.0.2.1', '--allow-host tonearm.example.org'])(
    'goes beyond this machine only with a token: %s',
    async (words) => {
      const said = await cli.run(`serve --port 0 ${words}`, stopped);
      expect(said).toMatchObject({ exitCode: 2, stdout: '' });
      expect(said.stderr).toContain('Set TONEARM_SERVE_TOKEN');
    },
  );

  it('asks for the token wherever there is one', async () => {
    const env = { HOME: cli.folder, TONEARM_SERVE_TOKEN: TOKEN };
    const said = await cli.run('serve --port 0 --host 0.0.0.0 --allow-host Tonearm.example.org --json', { ...stopped, env });
    expect(said).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(said.stdout)).toMatchObject({ url: expect.stringContaining('http://127.0.0.1:'), needsLogin: true, schedule: false });
    expect(said.stdout).not.toContain(TOKEN);
  });

  it.each([
    ['--port 70000', '--port is "70000"'],
    ['--allow-host https://tonearm.example.org', '--allow-host is'],
    ['--allow-host *', '--allow-host is'],
  ])('refuses %s', async (words, message) => {
    const said = await cli.run(`serve ${words}`, { ...stopped, env: { HOME: cli.folder, TONEARM_SERVE_TOKEN: TOKEN } });
    expect(said).toMatchObject({ exitCode: 2, stdout: '' });
    expect(said.stderr).toContain(message);
  });
});
