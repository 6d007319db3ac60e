import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMovableClock, createSystemClock } from '../src/kernel/clock.ts';
import { processEffects } from '../src/surfaces/cli/effects.ts';
import { createProgram } from '../src/surfaces/cli/main.ts';
import { createTestCli, ensureBuilt, savedTracksPage, type TestCli } from '../src/surfaces/cli/testing.ts';
import { consent } from './browser.ts';
import { sampleSpotify } from './sample-spotify.ts';

describe('every verb', () => {
  let cli: TestCli;
  const { effects: sample } = sampleSpotify();
  /** A login waits for a browser, so its clock goes on. */
  const clock = createMovableClock(createSystemClock());
  clock.set(sample.clock.now());
  const openBrowser = async (url: string): Promise<boolean> => {
    void consent(url, { account: 'ada', fetch: sample.fetch });
    return true;
  };
  /** In this order: later ones need what earlier ones made. */
  const VERBS: readonly (readonly [string, readonly string[]])[] = [
    ['init', []],
    ['login --port 0', ['account', 'accountId', 'expiresAt', 'scopes', 'missingScopes', 'isHidden']],
    ['accounts', ['accounts']],
    ['logout', ['account', 'wasLoggedIn', 'isInEnvironment']],
    ['plan', ['streams', 'total', 'build', 'rebuild']],
    ['run --stream saved_tracks', ['runId', 'verb', 'outcome', 'exitCode', 'total', 'streams', 'files', 'tables', 'outcomes']],
    ['enrich --budget 1', ['runId', 'verb', 'outcome', 'exitCode', 'streams']],
    ['schedule --list', ['jobs']],
    ['install-service --print', ['path', 'unit']],
    ['import odd.json saved.json', ['runId', 'verb', 'exitCode', 'total', 'files']],
    ['build', ['runId', 'verb', 'outcome', 'exitCode', 'total']],
    ['rebuild', ['runId', 'verb', 'exitCode', 'total']],
    ['sweep', []],
    ['compact', ['isDryRun', 'catalogVersion', 'waitsForRebuild', 'partitions']],
    ['deploy cost', ['title', 'lines', 'total', 'withoutFree', 'pricesOf', 'prices']],
    ['doctor', []],
    ['freshness', []],
    ['serve --port 0', ['url', 'schedule', 'needsLogin']],
    ['status', ['lake', 'catalog', 'tables', 'pending', 'lastRun']],
    ['tables', ['tables']],
    ['tables --checksums', ['sums']],
    ['tables plays', ['table', 'columns']],
    ['why tracks track0', ['table', 'row', 'raw']],
    ['why record saved.json 0', ['records']],
    ['plays 2026', ['from', 'until', 'plays', 'isCut', 'withoutPlay']],
    ['query select+1', ['columns', 'rows', 'catalogVersion', 'truncated']],
    ['report', ['reports']],
    ['report library-growth', ['report', 'rows', 'columns']],
    ['coverage', ['months', 'next']],
    ['rules', ['rules']],
    ['rules add exclude --artist Nobody', ['key', 'rule', 'wasThere']],
    ['rules list', ['rules']],
    ['recordings', ['suggestions']],
    ['recordings refuse spotify:track:a spotify:track:b', ['key', 'rule', 'wasThere']],
    ['quarantine', ['rows', 'total']],
    ['quarantine list', ['rows', 'total']],
    ['quarantine show odd.json', ['documents', 'more']],
    ['quarantine replay', ['runId', 'replayed']],
    ['schema', ['sampled', 'streams']],
    ['schema diff', ['sampled', 'streams']],
    ['export tracks --to tracks.csv', ['catalogVersion', 'format', 'files']],
    ['export evidence --out evidence', ['folder', 'keepsAddresses', 'files']],
    ['retain', ['confirmed', 'selected', 'receipts']],
    ['forget odd.json', ['confirmed', 'selected', 'receipts']],
    ['forget odd.json --confirm', ['confirmed', 'selected', 'receipts']],
    ['purge --account me', ['confirmed', 'selected', 'receipts']],
    ['purge --account me --confirm', ['confirmed', 'selected', 'receipts']],
    ['readmit me', ['account', 'receipts']],
  ];
  beforeAll(async () => {
    await ensureBuilt();
    cli = await createTestCli();
    await writeFile(join(cli.folder, 'saved.json'), savedTracksPage(['one']));
    await writeFile(join(cli.folder, 'odd.json'), savedTracksPage(['two']).replace('"duration_ms":251000', '"duration_ms":"long"'));
  });
  afterAll(() => cli.remove());

  it.each(VERBS)('`%s --json` is one document on stdout, nothing on stderr, and 0', async (line, keys) => {
    const effects = {
      ...sample,
      ...(line.startsWith('login') ? { clock, openBrowser } : {}),
      // It goes on until it is stopped.
      ...(line.startsWith('serve') ? { signal: AbortSignal.abort() } : {}),
    };
    const said = await cli.run([...line.split(' ').map((word) => word.replaceAll('+', ' ')), '--json'], effects);
    expect(said).toMatchObject({ exitCode: 0, stderr: '' });
    expect(Object.keys(JSON.parse(said.stdout))).toEqual(expect.arrayContaining([...keys]));
  });

  it('is among them, but for the two that bring a Spotify of their own, the one that speaks to a shell, and what test/aws and test/snowflake try', () => {
    const program = createProgram(processEffects(), () => undefined);
    const tried = new Set(VERBS.map(([line]) => line.split(' ')[0]));
    const left = program.commands
      .map((verb) => verb.name())
      .filter((name) => !tried.has(name) && !['demo', 'simulate', 'completion', 'redrive', 'publish', 'snowflake'].includes(name));
    expect(left).toEqual([]);
  });
});
