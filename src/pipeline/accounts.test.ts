import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../kernel/clock.ts';
import type { RunSummary } from '../tables/run-summary.ts';
import type { App, ImportOptions } from './app.ts';
import { lakeOfSavedTracks, type TestLake } from './testing.ts';

const never = new AbortController().signal;

let lake: TestLake;
let folder: string;
let history: string;
beforeEach(async () => {
  lake = await lakeOfSavedTracks(createVirtualClock(new Date('2026-11-21T08:00:00Z')));
  folder = mkdtempSync(join(tmpdir(), 'tonearm-accounts-'));
  history = join(folder, 'endsong_0.json');
  writeFileSync(history, JSON.stringify([{ ts: '2020-01-01T10:00:00Z', ms_played: 60_000, spotify_track_uri: 'spotify:track:a' }]));
});
afterEach(() => {
  lake.remove();
  rmSync(folder, { recursive: true });
});

const importAs = (account: string, more: Partial<ImportOptions> = {}, app: App = lake.again()): Promise<RunSummary> =>
  app.importFiles([history], { account, ...more }, never);

describe('an import as an account that is not known', () => {
  it('is refused where its name is nearly that of one that is, unless it is said to be new', async () => {
    const before = await lake.rawKeys();
    await expect(importAs('mee')).rejects.toMatchObject({
      code: 'usage',
      message: 'there is no account mee yet, but there is me; nothing was imported',
      hint: 'Did you mean --account me? If mee is another one, add --new-account.',
    });
    await expect(importAs('mee', { isDryRun: true })).rejects.toMatchObject({ code: 'usage' });
    expect(await lake.rawKeys()).toEqual(before);
    expect(await importAs('mee', { isNewAccount: true })).toMatchObject({ warnings: [], exitCode: 0, total: { kept: 1 } });
    expect(await importAs('mee')).toMatchObject({ warnings: [], files: [{ outcome: 'known' }] });
  });

  it('is told of where its name is like no other', async () => {
    const told = 'partner is a new account in this lake; known before: me';
    expect(await importAs('partner')).toMatchObject({ warnings: [told], exitCode: 0, total: { kept: 1 } });
    expect((await importAs('partner')).warnings).toEqual([]);
    await expect(importAs('patrner')).rejects.toMatchObject({ hint: expect.stringContaining('--account partner') });
  });

  it('is like any other where none is known: one that no settings name does not count', async () => {
    const accounts = [{ name: 'me', refreshToken: null, timeZone: 'UTC', streams: [], isAssumed: true as const }];
    const app = lake.again({}, { lake: join(folder, 'lake'), accounts });
    expect(await importAs('mee', {}, app)).toMatchObject({ warnings: [], total: { kept: 1 } });
    await expect(importAs('meee', {}, app)).rejects.toMatchObject({ hint: expect.stringContaining('--account mee') });
  });
});

describe('a question about an account that nobody knows', () => {
  const questions: Readonly<Record<string, (app: App, account: string) => Promise<unknown>>> = {
    plays: (app, account) => app.plays({ span: '2020', account, withEvidence: false, limit: 10 }, never),
    coverage: (app, account) => app.coverage({ account, from: null, to: null }, never),
    'rules list': (app, account) => app.rules.list({ account }, never),
    'rules add': (app, account) => app.rules.add({ kind: 'exclude', artist: 'X', account }, never),
    'export evidence': (app, account) => app.exportEvidence({ to: join(folder, 'out'), account, keepsAddresses: true }, never),
  };

  it.each(Object.entries(questions))('is refused: %s; one of the lake alone is known', async (_, ask) => {
    await importAs('partner');
    await expect(ask(lake.app, 'partmer')).rejects.toMatchObject({
      code: 'usage',
      message: 'there is no account partmer',
      hint: 'Did you mean partner?',
    });
    expect(existsSync(join(folder, 'out'))).toBe(false);
    await expect(ask(lake.again(), 'partner')).resolves.toBeDefined();
  });
});
