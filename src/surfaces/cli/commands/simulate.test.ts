import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestCli, type TestCli } from '../testing.ts';

describe('tonearm simulate', () => {
  let cli: TestCli;
  beforeAll(async () => {
    cli = await createTestCli();
  });
  afterAll(() => cli.remove());

  it('serves a Spotify until it is stopped, by that name or without one', async () => {
    for (const verb of ['simulate', 'simulate serve']) {
      const said = await cli.run(`${verb} --port 0 --mode extended --json`, { signal: AbortSignal.abort() });
      expect(said).toMatchObject({ exitCode: 0, stderr: '' });
      expect(JSON.parse(said.stdout)).toMatchObject({ mode: 'extended', seed: 'tonearm' });
    }
  });

  it('writes an archive and the truth beside it, and says what to do with it', async () => {
    const said = await cli.run('simulate export --years 1 --plays 500 --seed x --until 2026-06-01 --out my_spotify_data.zip');
    expect(said).toEqual({
      exitCode: 0,
      stdout: 'my_spotify_data.zip\nmy_spotify_data.truth.json\n',
      stderr: '500 records of 500 plays. Try: tonearm import my_spotify_data.zip\n',
    });
    expect((await readdir(cli.folder)).toSorted()).toEqual(['my_spotify_data.truth.json', 'my_spotify_data.zip']);
    const truth = JSON.parse(await readFile(join(cli.folder, 'my_spotify_data.truth.json'), 'utf8'));
    expect(truth.packages).toEqual([{ package: 'my_spotify_data.zip', form: 'extended', requestedAt: '2026-06-01T00:00:00.000Z' }]);
    expect(truth.plays).toHaveLength(500);
  });

  it('is one document with --json, with the packages, totals and quirks', async () => {
    const said = await cli.run(
      'simulate export --plays 400 --years 1 --form account --quirks overlapping,zero_ms=0.2 --out exports --json',
    );
    expect(said).toMatchObject({ exitCode: 0, stderr: '' });
    const document = JSON.parse(said.stdout);
    expect(document).toMatchObject({ paths: [join(cli.folder, 'exports')], truth: join(cli.folder, 'exports.truth.json'), account: 'ada' });
    expect(document.packages.map((one: { package: string }) => one.package)).toEqual(['1', '2', '3']);
    expect(document.packages.at(-1).requestedAt).toBe('2026-11-21T10:00:00.000Z');
    expect(document.quirks.zero_ms).toBeGreaterThan(20);
  });

  it.each([
    ['--form short', '--form is "short"'],
    ['--quirks twice', '--quirks: there is no quirk "twice"'],
    ['--until tomorrow', '--until is "tomorrow": it takes a day such as 2026-06-01'],
    ['--plays 0', '--plays is "0"'],
    ['--account Ada!', '--account is "Ada!"'],
  ])('refuses %s', async (words, message) => {
    const said = await cli.run(`simulate export --out x.zip ${words}`);
    expect(said).toMatchObject({ exitCode: 2, stdout: '' });
    expect(said.stderr).toContain(message);
  });

  it('replaces nothing', async () => {
    const said = await cli.run('simulate export --plays 10 --years 1 --out my_spotify_data.zip');
    expect(said.exitCode).not.toBe(0);
    expect(said.stderr).toContain('my_spotify_data.zip is there already');
  });
});
