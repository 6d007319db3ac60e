import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { refreshTokenOf } from '../simulator/http/tokens.ts';
import { createVirtualClock } from '../src/kernel/clock.ts';
import type { App } from '../src/pipeline/app.ts';
import { savedTracks } from '../src/pipeline/testing.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import { filesThatSay } from './lake-bytes.ts';
import { copyOf, expectWholeCatalog, select } from './lake-facts.ts';
import { never, newFolder, type SampleAccount, SILENT, sampleAccount, tableSums } from './sample-account.ts';

const HOUR_MS = 60 * 60 * 1000;
const everything = { accounts: [], streams: [] };
/** In what kenji imported, and nowhere else. */
const MARKER = 'Zwölftausend Quitten';

let sample: SampleAccount;
let imports: readonly string[];
let shared: string;

/** A pipeline on a lake of ada and kenji, so many hours after the first. */
function appOn(lake: string, hours = 1): App {
  const [ada] = sample.config.accounts;
  if (ada === undefined) throw new Error('the sample has no account');
  const accounts = [ada, { ...ada, name: 'kenji', refreshToken: refreshTokenOf('kenji') }];
  return createApp(
    { ...sample.config, lake, accounts },
    {
      clock: createVirtualClock(new Date(sample.clock.now().getTime() + hours * HOUR_MS)),
      log: SILENT,
      fetch: async (input, init) => sample.simulator.app.fetch(new Request(input, init)),
      progress: () => undefined,
    },
  );
}

function extendedHistory(): string {
  const records = Array.from({ length: 40 }, (_, at) => ({
    ts: `2025-0${(at % 9) + 1}-11T10:00:00Z`,
    username: 'kenji-at-home',
    ms_played: 60_000 + at,
    master_metadata_track_name: `${MARKER} ${at}`,
    master_metadata_album_artist_name: MARKER,
    spotify_track_uri: `spotify:track:${String(at).padStart(22, '0')}`,
  }));
  return JSON.stringify(records);
}

beforeAll(async () => {
  const streams = ['saved_tracks', 'recently_played', 'playlists'];
  sample = sampleAccount({ mode: 'development', artists: 25, playsPerDay: 12, joinedOn: '2026-02-20', streams });
  const folder = newFolder();
  const [history, saved] = [join(folder, 'Streaming_History_Audio_2025_1.json'), join(folder, 'kept-at-home.json')];
  await writeFile(history, extendedHistory());
  await writeFile(saved, JSON.stringify(savedTracks([MARKER, `${MARKER} again`])));
  imports = [history, saved];
  shared = newFolder();
  expect((await appOn(shared, 0).run(everything, never)).outcomes).toEqual([]);
  const imported = await appOn(shared, 0.5).importFiles(imports, { account: 'kenji' }, never);
  expect(imported).toMatchObject({ outcomes: [], files: [{ outcome: 'landed' }, { outcome: 'landed', kept: 2 }] });
  expect((await filesThatSay(shared, MARKER)).some((path) => path.startsWith('tables/tracks/'))).toBe(true);
}, 60_000);

const ruleOf = (account: string): string =>
  JSON.stringify({ kind: 'exclude', account, artist: account === 'ada' ? 'Somebody' : MARKER, created_at: '2026-01-31T12:00:00Z' });

const isOfKenji = (note: { readonly account: string }): boolean => note.account === 'kenji';

/** The tables of the same lake without the chosen raw objects, made by hand and a rebuild. */
async function sumsWithout(lake: string, isChosen: (note: { readonly account: string; readonly name: string | null }) => boolean) {
  const copy = await copyOf(lake);
  for (const name of await readdir(join(copy, 'landed'))) {
    const note = JSON.parse(await readFile(join(copy, 'landed', name), 'utf8'));
    if (!isChosen(note)) continue;
    await rm(join(copy, note.key));
    await rm(join(copy, 'landed', name));
  }
  const app = appOn(copy, 3);
  expect((await app.rebuild(never)).outcomes).toEqual([]);
  return tableSums(app);
}

describe('purge', () => {
  it('only looks without a word of confirmation', async () => {
    const lake = await copyOf(shared);
    const before = readdirSync(lake, { recursive: true }).sort();
    const { confirmed, selected, receipts } = await appOn(lake).remove({ verb: 'purge', account: 'kenji' }, { confirmed: false }, never);
    expect({ confirmed, receipts }).toEqual({ confirmed: false, receipts: [] });
    expect(selected.rawObjects).toBeGreaterThan(3);
    expect(selected.streams.every(isOfKenji)).toBe(true);
    expect(selected.files).toEqual(['Streaming_History_Audio_2025_1.json', 'kept-at-home.json']);
    expect(readdirSync(lake, { recursive: true }).sort()).toEqual(before);
  });

  it('leaves the tables of a build from what is left, and no byte of what it removed', { timeout: 60_000 }, async () => {
    const lake = await copyOf(shared);
    await mkdir(join(lake, '.tmp', 'work'), { recursive: true });
    await writeFile(join(lake, '.tmp', 'work', 'left-behind'), MARKER);
    await writeFile(join(lake, '.tmp', 'left-behind'), MARKER);
    await mkdir(join(lake, 'rules'));
    for (const account of ['ada', 'kenji']) await writeFile(join(lake, 'rules', `${account}.json`), ruleOf(account));
    const expected = await sumsWithout(lake, isOfKenji);
    const app = appOn(lake, 2);
    const { receipts } = await app.remove({ verb: 'purge', account: 'kenji' }, { confirmed: true }, never);
    expect(receipts).toMatchObject([
      { number: 1, verb: 'purge', account: 'kenji', temporaryFiles: 2, rules: 1, runs: { removed: 1, changed: 1 } },
    ]);
    const [{ tables = [], left = [] } = {}] = receipts;
    const plays = tables.find(({ table }) => table === 'plays');
    expect(plays?.rowsBefore).toBeGreaterThanOrEqual(100);
    expect(plays?.rowsAfter).toBe(50);
    expect(left.join()).toContain('backups');
    expect(await tableSums(app)).toEqual(expected);
    await expectWholeCatalog(app);
    for (const word of [MARKER, 'kenji-at-home', 'Streaming_History', 'kept-at-home'])
      expect([word, await filesThatSay(lake, word)]).toEqual([word, []]);
    const named = await filesThatSay(lake, 'kenji');
    expect(named.filter((path) => !path.startsWith('removed/'))).toEqual([]);
    expect(await select(app, 'select distinct account_id from run_streams')).toEqual([['ada']]);
    expect((await app.doctor({ deep: true }, never)).filter(({ state }) => state === 'fail')).toEqual([]);
  });

  it('closes the account: nothing of it is read or imported, the others go on, and twice is once', { timeout: 60_000 }, async () => {
    const lake = await copyOf(shared);
    await appOn(lake, 2).remove({ verb: 'purge', account: 'kenji' }, { confirmed: true }, never);
    const again = await appOn(lake, 3).remove({ verb: 'purge', account: 'kenji' }, { confirmed: true }, never);
    expect(again).toMatchObject({ selected: { rawObjects: 0 }, receipts: [] });
    const summary = await appOn(lake, 4).run(everything, never);
    expect(summary).toMatchObject({ exitCode: 2, outcomes: [{ code: 'config', message: expect.stringContaining('kenji was purged') }] });
    expect(summary.streams.filter(({ account, outcome }) => account === 'ada' && outcome === 'done')).toHaveLength(4);
    await expect(appOn(lake, 5).importFiles(imports, { account: 'kenji' }, never)).rejects.toMatchObject({ code: 'config' });
    expect(existsSync(join(lake, 'raw', 'extended_history', 'account=kenji'))).toBe(false);
    const { version, removals } = await appOn(lake, 5).catalog.current();
    expect({ version, removals }).toEqual({ version: 4, removals: 1 });
  });

  it('may be taken back for what is to come: a readmitted account begins anew', { timeout: 60_000 }, async () => {
    const lake = await copyOf(shared);
    const before = await tableSums(appOn(lake));
    await appOn(lake, 2).remove({ verb: 'purge', account: 'kenji' }, { confirmed: true }, never);
    await expect(appOn(lake, 3).readmit('ada', never)).rejects.toMatchObject({ code: 'not_found' });
    await appOn(lake, 3).readmit('kenji', never);
    const app = appOn(lake, 4);
    expect((await app.importFiles(imports, { account: 'kenji' }, never)).files).toMatchObject([{ outcome: 'landed' }, { kept: 2 }]);
    expect((await app.run({ accounts: ['kenji'], streams: [] }, never)).outcomes).toEqual([]);
    const plays = (sums: readonly string[]): readonly string[] => sums.filter((sum) => sum.startsWith('plays/'));
    expect(plays(await tableSums(app))).toEqual(plays(before));
    await expectWholeCatalog(app);
  });

  it('asks back where it knows no such account', async () => {
    const purge = (account: string) => appOn(shared).remove({ verb: 'purge', account }, { confirmed: false }, never);
    await expect(purge('kenij')).rejects.toMatchObject({ code: 'not_found', hint: expect.stringContaining('kenji') });
    await expect(purge('_app')).rejects.toMatchObject({ code: 'not_found' });
  });
});
