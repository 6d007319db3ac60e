import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../src/kernel/errors.ts';
import { exitCodeOf } from '../src/kernel/exit-code.ts';
import { REPORTS } from '../src/reports/reports.ts';
import { processEffects } from '../src/surfaces/cli/effects.ts';
import { createProgram } from '../src/surfaces/cli/main.ts';
import { TABLES } from '../src/tables/star-schema.ts';
import { commandLines, complaint, wordsOf } from './command-lines.ts';
import { root, trackedFiles } from './tracked-files.ts';

const page = (path: string): string => readFileSync(join(root, path), 'utf8');
const program = createProgram(processEffects(), () => undefined);

describe('the documents', () => {
  it('have every verb, table and report', () => {
    const [cli, tables, reports] = [page('docs/cli.md'), page('docs/tables.md'), page('docs/reports.md')];
    expect(program.commands.map((verb) => verb.name()).filter((name) => name !== 'help' && !cli.includes(`\n### ${name}\n`))).toEqual([]);
    expect(TABLES.map(({ name }) => name).filter((name) => !tables.includes(`\n### ${name}\n`))).toEqual([]);
    expect(REPORTS.map(({ name }) => name).filter((name) => !reports.includes(`\n## ${name}\n`))).toEqual([]);
  });

  it('say of every error code and exit code what it means, and with which exit code a command ends', () => {
    const rows = page('docs/runbook.md').matchAll(/^\| `?(\w+)`? \| (\d?)/gm);
    const said = new Map([...rows].map(([, name, exit]) => [name, exit]));
    for (const code of ERROR_CODES) expect([code, said.get(code)]).toEqual([code, String(exitCodeOf(code))]);
    for (const exit of [0, 1, 2, 3, 4, 5, 6]) expect([...said.keys()]).toContain(String(exit));
  });

  it('name every variable that the settings and the terminal heed', () => {
    const folders = ['src/config', 'src/surfaces/cli/render'];
    const files = folders.flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`));
    const code = files.filter((file) => /(?<!\.test)\.ts$/.test(file)).map(page);
    const names = new Set(code.join('\n').match(/TONEARM_[A-Z_]+[A-Z]|(NO|FORCE)_COLOR/g));
    expect(names.size).toBeGreaterThan(8);
    const runbook = page('docs/runbook.md');
    expect([...names].filter((name) => !runbook.includes(`\`${name}\``))).toEqual([]);
  });

  it('and the words of the program call nothing that the program does not take', async () => {
    const files = trackedFiles().filter(
      ({ path }) => (/^(README|CHANGELOG|docs\/.*)\.md$/.test(path) && path !== 'docs/cli.md') || /^src\/.*(?<!\.test)\.ts$/.test(path),
    );
    const lines = files.flatMap(commandLines);
    expect(lines.length).toBeGreaterThan(40);
    const complaints = await Promise.all(
      lines.map(async (line) => [`${line.place}: tonearm ${line.text}`, await complaint(line)] as const),
    );
    expect(complaints.filter(([, said]) => said !== null)).toEqual([]);
    const named = lines.map(({ place, text }) => ({ place, words: wordsOf(text) }));
    const known = { report: REPORTS.map(({ name }) => name), tables: TABLES.map(({ name }) => name) };
    for (const [verb, names] of Object.entries(known)) {
      const asked = named.flatMap(({ place, words }) =>
        words
          .slice(words.indexOf(verb) + 1)
          .filter((word) => words.includes(verb) && /^[a-z]/.test(word))
          .slice(0, 1)
          .map((name) => ({ place, name })),
      );
      expect(asked.filter(({ name }) => !names.includes(name))).toEqual([]);
    }
  });

  it('name only npm scripts that there are', () => {
    const { scripts } = JSON.parse(page('package.json'));
    const asked = trackedFiles()
      .filter(({ path }) => path.endsWith('.md'))
      .flatMap(({ path, text }) => [...text.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => `${path}: ${name}`));
    expect(asked.filter((one) => scripts[one.split(': ')[1] ?? ''] === undefined)).toEqual([]);
  });
});

describe('the reader of command lines', () => {
  it('finds them in code blocks and in prose, without what the shell does with them', () => {
    const text =
      'Try `tonearm status`, not `tonearms`.\n\n```sh\ntonearm query "select 1" --format csv | head   # two\nTONEARM_LOG=debug\n```\ntonearm is a word.\n';
    expect(commandLines({ path: 'a.md', text })).toEqual([
      { place: 'a.md:1', text: 'status', isProse: true },
      { place: 'a.md:4', text: 'query "select 1" --format csv', isProse: false },
    ]);
  });

  it('hears what the program says against one', async () => {
    const against = (text: string) => complaint({ text, isProse: false });
    expect(await against('report top-tracks --from 2026-01-01 --json')).toBeNull();
    expect(await against('--version')).toBeNull();
    expect(await against('rnu')).toContain("unknown command 'rnu'");
    expect(await against('run --acount me')).toContain("unknown option '--acount'");
    expect(await against('import')).toContain('missing required argument');
    expect(await against('quarantine lsit')).not.toBeNull();
    expect(await complaint({ text: 'import', isProse: true })).toBeNull();
    expect(await complaint({ text: 'imprt', isProse: true })).not.toBeNull();
  });
});
