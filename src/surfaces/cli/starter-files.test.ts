import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { STARTER_ENVIRONMENT } from './starter-files.ts';
import { createTestCli, type TestCli } from './testing.ts';

/** Every commented key, with what belongs to it, as if a person had taken the marks away. */
const uncommented = (text: string): string => text.replace(/^( *)# ?( *(?:- )?[a-z0-9_]+:(?: .*)?)$/gm, '$1$2');

describe('the files that init writes', () => {
  let cli: TestCli;
  let settings: string;
  beforeAll(async () => {
    cli = await createTestCli();
    await cli.run('init --account 007 --time-zone Asia/Tokyo');
    settings = await readFile(join(cli.folder, 'tonearm.yaml'), 'utf8');
  });
  afterAll(() => cli.remove());

  const schemaOf = async () => JSON.parse(await readFile(join(cli.folder, 'tonearm.schema.json'), 'utf8'));

  it('name their schema so that an editor finds it', () => {
    expect(settings).toMatch(/^# yaml-language-server: \$schema=\.\/tonearm\.schema\.json\n/);
  });

  it('hold under their schema, and under the program, as they are and with every commented key in place', async () => {
    const isValid = new Ajv().compile(await schemaOf());
    for (const text of [settings, uncommented(settings)]) {
      expect([isValid(parse(text)), isValid.errors]).toEqual([true, null]);
      await writeFile(join(cli.folder, 'tonearm.yaml'), text);
      expect(await cli.run('status --json')).toMatchObject({ exitCode: 0 });
    }
  });

  it('show every key that there is', async () => {
    const { properties } = await schemaOf();
    const shown = parse(uncommented(settings));
    expect(Object.keys(shown).sort()).toEqual(Object.keys(properties).sort());
    expect(Object.keys(shown.watch).sort()).toEqual(Object.keys(properties.watch.properties).sort());
    const places = ['api_url', 'accounts_url'];
    expect([...Object.keys(shown.spotify), ...places].sort()).toEqual(Object.keys(properties.spotify.properties).sort());
  });

  it('have a schema that refuses strange keys and streams, and describes every key', async () => {
    const schema = await schemaOf();
    const isValid = new Ajv().compile(schema);
    for (const wrong of [
      { lkae: 'x' },
      { accounts: [{ name: 'a', streams: ['likes'] }] },
      { threads: 0 },
      { accounts: [{ name: 'A b' }] },
    ]) {
      expect(isValid(wrong)).toBe(false);
    }
    for (const group of [schema, schema.properties.spotify, schema.properties.watch, schema.properties.accounts.items]) {
      for (const [key, value] of Object.entries(group.properties))
        expect([key, value]).toMatchObject([key, { description: expect.any(String) }]);
    }
  });

  it('name every variable that the settings read', () => {
    const folder = join(import.meta.dirname, '..', '..', 'config');
    const sources = readdirSync(folder).filter((name) => !name.endsWith('.test.ts'));
    const texts = sources.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
    const names = new Set(texts.match(/TONEARM_[A-Z_]+[A-Z]/g));
    expect(names.size).toBeGreaterThan(5);
    for (const name of names) expect(STARTER_ENVIRONMENT).toContain(`${name}=`);
  });
});
