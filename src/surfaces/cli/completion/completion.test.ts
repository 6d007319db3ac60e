import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TABLE_NAMES } from '../../../pipeline/names.ts';
import { REPORTS } from '../../../reports/reports.ts';
import { processEffects } from '../effects.ts';
import { createProgram } from '../main.ts';
import { createTestCli, type TestCli } from '../testing.ts';
import { OPTION_VALUES } from './places.ts';

const execute = promisify(execFile);
const program = createProgram(processEffects(), () => undefined);
const verbsOf = (command: Command): readonly string[] => command.commands.map((verb) => verb.name()).filter((name) => name !== 'help');

/** Prints what bash would offer for the last of the words. */
const ASK = `source "$1"; shift; COMP_WORDS=(tonearm "$@"); COMP_CWORD=$#; _tonearm; printf '%s\\n' "\${COMPREPLY[@]}"`;

describe('completion in bash', () => {
  let cli: TestCli;
  let script: string;
  beforeAll(async () => {
    cli = await createTestCli();
    script = join(cli.folder, 'completion.bash');
    await writeFile(script, (await cli.run('completion bash')).stdout);
  });
  afterAll(() => cli.remove());

  const offered = async (...words: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await execute('bash', ['--norc', '-euc', ASK, 'bash', script, ...words]);
    return stdout.split('\n').filter((line) => line !== '');
  };

  it('offers every verb, and the verbs below a verb', async () => {
    expect(await offered('')).toEqual([...verbsOf(program), 'help']);
    expect(await offered('qua')).toEqual(['quarantine']);
    expect(await offered('help', 'reb')).toEqual(['rebuild']);
    for (const verb of program.commands.filter((command) => verbsOf(command).length > 0)) {
      // Beside the names that a verb takes itself, where it does.
      expect(await offered(verb.name(), '')).toEqual(expect.arrayContaining([...verbsOf(verb)]));
    }
  });

  it('offers the options of a verb, with those of every verb', async () => {
    expect(await offered('import', '--')).toEqual(
      expect.arrayContaining(['--account', '--strict', '--lake', '--config', '--json', '--quiet', '--help']),
    );
    expect(await offered('import', '--li')).toEqual([]);
    expect(await offered('quarantine', 'list', '--li')).toEqual(['--limit']);
  });

  it('offers every report, table, stream and word of choice where one is expected', async () => {
    expect(await offered('report', '')).toEqual(REPORTS.map(({ name }) => name));
    expect(await offered('tables', '')).toEqual(TABLE_NAMES);
    expect(await offered('--json', 'export', 'pla')).toEqual(TABLE_NAMES.filter((name) => name.startsWith('pla')));
    expect(await offered('run', '--stream', 'saved_t')).toEqual(['saved_tracks']);
    expect(await offered('report', 'top-tracks', '--counting', '')).toEqual(['any', '30s', 'completed', 'half']);
    expect(await offered('--log-format', '')).toEqual(['human', 'json']);
    expect(await offered('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  it('takes the value of an option for no verb, and leaves files to the shell', async () => {
    expect(await offered('--lake', 'report', 'stat')).toEqual(['status']);
    for (const words of [
      ['--lake', ''],
      ['import', ''],
      ['report', '--limit', ''],
    ])
      expect(await offered(...words)).toEqual([]);
  });
});

describe('completion', () => {
  it('knows the same words as the descriptions of the options', () => {
    const said = new Map<string, string>();
    const collect = (command: Command, path: string): void => {
      for (const { long, description } of command.options) {
        said.set(`${path} ${long}`.trim(), description);
        said.set(String(long), `${said.get(String(long)) ?? ''} ${description}`);
      }
      for (const verb of command.commands) collect(verb, `${path} ${verb.name()}`.trim());
    };
    collect(program, '');
    for (const [option, values] of Object.entries(OPTION_VALUES)) {
      for (const value of values) expect([option, said.get(option)]).toEqual([option, expect.stringContaining(value)]);
    }
  });

  it('is written for every shell, and for no other', async () => {
    const cli = await createTestCli();
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { exitCode, stdout } = await cli.run(`completion ${shell}`);
      expect(exitCode).toBe(0);
      for (const word of ['quarantine', '--counting', 'top-tracks', 'playlist_items', 'recently_played']) expect(stdout).toContain(word);
    }
    expect(await cli.run('completion tcsh')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('bash, zsh, fish') });
    await cli.remove();
  });
});
