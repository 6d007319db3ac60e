import { join } from 'node:path';
import { expect, it } from 'vitest';
import { settingsSchemaText } from '../src/pipeline/settings.ts';
import { REPORTS } from '../src/reports/reports.ts';
import { processEffects } from '../src/surfaces/cli/effects.ts';
import { createProgram } from '../src/surfaces/cli/main.ts';
import { TABLES } from '../src/tables/star-schema.ts';
import { cliPage, reportsPage, tablesPage } from './generated-docs.ts';

const docs = join(import.meta.dirname, '..', 'docs');

it('docs/tables.md says what the star schema declares', async () => {
  await expect(tablesPage(TABLES)).toMatchFileSnapshot(join(docs, 'tables.md'));
});

it('docs/cli.md says what the command line takes', async () => {
  await expect(cliPage(createProgram(processEffects(), () => undefined))).toMatchFileSnapshot(join(docs, 'cli.md'));
});

it('docs/tonearm.schema.json says what the settings may be', async () => {
  await expect(await settingsSchemaText()).toMatchFileSnapshot(join(docs, 'tonearm.schema.json'));
});

it('docs/reports.md says what can be asked', async () => {
  await expect(reportsPage(REPORTS)).toMatchFileSnapshot(join(docs, 'reports.md'));
});
