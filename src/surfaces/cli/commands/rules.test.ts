import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestCli, savedTracksPage, type TestCli } from '../testing.ts';

const [A, B] = ['4uLU6hMCjMI75M1A2tKUQC', '7GhIk7Il098yCjg4BQjzvb'];
let cli: TestCli;
const ids = async (): Promise<readonly string[]> => {
  const { rules } = JSON.parse((await cli.run('rules --json')).stdout);
  return rules.map(({ rule_id }: { rule_id: string }) => rule_id);
};

beforeAll(async () => {
  cli = await createTestCli();
  await writeFile(join(cli.folder, 'saved.json'), savedTracksPage(['one']));
  expect((await cli.run('import saved.json')).exitCode).toBe(0);
});
afterAll(() => cli.remove());

describe('rules', () => {
  it('are added as readable files, listed, and undone by their id', async () => {
    const added = await cli.run(['rules', 'add', 'exclude', '--track', `https://open.spotify.com/track/${A}?si=x`, '--note', 'an alarm']);
    expect(added).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^exclude-track-\w{4}: .*; it hides 0 plays now\n$/) });
    expect(added.stderr).toContain(`the lake does not know spotify:track:${A}`);
    const [id = ''] = await ids();
    expect(JSON.parse(await readFile(join(cli.folder, 'lake', 'rules', `${id}.json`), 'utf8'))).toEqual({
      kind: 'exclude',
      track: `spotify:track:${A}`,
      note: 'an alarm',
      created_at: '2026-11-21T10:00:00.000Z',
    });
    expect((await cli.run('rules')).stdout).toMatch(new RegExp(`^rule .*\\n${id} .* 0 .*2026-11-21 +an alarm\\n$`));
    expect((await cli.run(`rules remove ${id}`)).stdout).toBe(`${id} is undone\n`);
    expect((await cli.run('rules')).stdout).toBe('no rule is in force\n');
  });

  it.each([
    ['hide --track x', 'there is no rule of kind hide', 'exclude, count, override'],
    ['exclude', 'what it excludes: track, artist, show or span', 'rules add --help'],
    ['exclude --track Song', 'track: expected a URI', 'rules add --help'],
    ['exclude --counting half', 'exclude takes no --counting', '--track, --artist, --show, --from, --to'],
    ['count', 'counting: expected one of any, 30s, completed, half', 'rules add --help'],
    ['exclude --artist X --account nobody', 'there is no account nobody', 'me'],
  ])('rules add %s is refused, and why is said', async (words, message, hint) => {
    const said = await cli.run(`rules add ${words}`);
    expect(said.exitCode).toBeGreaterThan(0);
    expect(said.stderr).toContain(message);
    expect(said.stderr).toContain(hint);
    expect(await ids()).toEqual([]);
  });

  it.each([
    ['rules add exclude --artist X --from 2024-01-01 --note once', 'rules add exclude --from 2024-01-01 --artist X --note twice'],
    ['rules add count --counting half', 'rules add count --counting half'],
    [`rules add override --track ${A} --track-name Y`, `rules add override --track ${A} --track-name Y`],
    [`recordings accept ${A} ${B}`, `recordings accept ${B} ${A}`],
  ])('are made once: %s, then %s', async (first, again) => {
    const { rule, wasThere } = JSON.parse((await cli.run(`${first} --json`)).stdout);
    expect(wasThere).toBe(false);
    expect(await cli.run(again)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`${rule.rule_id} is there already: `) });
    expect(JSON.parse((await cli.run(`${again} --json`)).stdout)).toMatchObject({ rule: { rule_id: rule.rule_id }, wasThere: true });
    expect(await ids()).toEqual([rule.rule_id]);
    await cli.run(`rules remove ${rule.rule_id}`);
  });

  it('do not contradict one another', async () => {
    const { rule } = JSON.parse((await cli.run('rules add count --counting half --json')).stdout);
    expect((await cli.run('rules add count --counting any')).stderr).toContain(`tonearm rules remove ${rule.rule_id}`);
    expect((await cli.run('rules add count --counting any --account me')).exitCode).toBe(0);
    for (const id of await ids()) await cli.run(`rules remove ${id}`);
  });

  it('that are damaged fail a report, and can be undone', async () => {
    await mkdir(join(cli.folder, 'lake', 'rules'), { recursive: true });
    await writeFile(join(cli.folder, 'lake', 'rules', 'odd.json'), '{}');
    expect(await cli.run('report top-tracks')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('rules/odd.json') });
    expect((await cli.run('rules remove odd')).exitCode).toBe(0);
    expect((await cli.run('rules remove odd')).stderr).toContain('there is no rule odd');
  });
});

describe('recordings', () => {
  it('are joined by accept and kept apart by refuse, each a rule', async () => {
    expect((await cli.run('recordings')).stdout).toBe('nothing to suggest\n');
    const { rule } = JSON.parse((await cli.run(`recordings accept ${A} ${B} --json`)).stdout);
    expect(rule).toMatchObject({ kind: 'same_recording', about: `spotify:track:${A} is spotify:track:${B}` });
    expect((await cli.run(`recordings refuse ${B} ${A}`)).stderr).toContain(rule.rule_id);
    await cli.run(`rules remove ${rule.rule_id}`);
    expect((await cli.run(`recordings refuse ${A} ${B}`)).stdout).toMatch(/^different-recordings-\w{4}: /);
    expect((await cli.run(`recordings accept ${A} ${A}`)).exitCode).toBe(2);
  });
});

it('recordings suggest tells the plays of the two tracks of a pair apart', async () => {
  await writeFile(join(cli.folder, 'twins.json'), savedTracksPage(['twin', 'twin']));
  await cli.run('import twins.json --lake twins');
  const { stdout } = await cli.run('recordings suggest --lake twins');
  expect(stdout).toMatch(/^title +artist +track plays +other plays +same +track +other\ntwin /);
});

describe('coverage', () => {
  it('says that nothing is known where nothing is', async () => {
    expect((await cli.run('coverage')).stdout).toBe('no play is known of in these months\n');
    expect(JSON.parse((await cli.run('coverage --json')).stdout)).toEqual({ months: [], next: [] });
  });
});
