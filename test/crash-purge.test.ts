import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSystemClock, createVirtualClock } from '../src/kernel/clock.ts';
import type { App } from '../src/pipeline/app.ts';
import { savedTracks } from '../src/pipeline/testing.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import { filesThatSay } from './lake-bytes.ts';
import { copyOf, expectWholeCatalog } from './lake-facts.ts';
import { never, newFolder, type SampleAccount, SILENT, sampleAccount, tableSums } from './sample-account.ts';
import { soak } from './soak.ts';

const PROGRAM = join(import.meta.dirname, '..', 'bin', 'tonearm.mjs');
const DYING = pathToFileURL(join(import.meta.dirname, 'dying-process.mjs')).href;
const HOUR_MS = 60 * 60 * 1000;
const MARKER = 'Zwölftausend Quitten';

let sample: SampleAccount;
let shared: string;
let page: string;

/** A pipeline on a lake whose clock is hours after that of this machine, which the built program goes by: no lease holds it up. */
function appOn(lake: string, hours: number): App {
  return createApp(
    { ...sample.config, lake },
    {
      clock: createVirtualClock(new Date(createSystemClock().now().getTime() + hours * HOUR_MS)),
      log: SILENT,
      fetch: async (input, init) => sample.simulator.app.fetch(new Request(input, init)),
      progress: () => undefined,
    },
  );
}

const purge = (app: App) => app.remove({ verb: 'purge', account: 'bob' }, { confirmed: true }, never);

beforeAll(async () => {
  sample = sampleAccount({
    mode: 'development',
    artists: 12,
    playsPerDay: 6,
    joinedOn: '2026-02-20',
    streams: ['saved_tracks', 'recently_played'],
  });
  const names = Array.from({ length: 20 }, (_, at) => `${MARKER} ${at}`);
  page = join(newFolder(), 'page.json');
  await writeFile(page, JSON.stringify(savedTracks(names)));
  shared = newFolder();
  expect((await appOn(shared, -3).run({ accounts: [], streams: [] }, never)).outcomes).toEqual([]);
  expect((await appOn(shared, -2).importFiles([page], { account: 'bob' }, never)).outcomes).toEqual([]);
}, 60_000);

async function expectGone(lake: string, known: readonly string[]): Promise<void> {
  const app = appOn(lake, 9);
  expect((await tableSums(app)).filter((sum) => !sum.startsWith('coverage/'))).toEqual(known);
  await expectWholeCatalog(app);
  expect(await filesThatSay(lake, MARKER)).toEqual([]);
  expect(await filesThatSay(lake, 'account=bob')).toEqual([]);
  expect(readdirSync(join(lake, 'removed', 'receipts'))).toHaveLength(1);
}

/** The built program purges bob; it dies before its change number `at` of the file system, or lives (0). Gives how many it made. */
async function purgeDying(lake: string, at: number): Promise<number> {
  const argv = ['--import', `${DYING}?at=${at}`, PROGRAM, '--lake', lake, '--quiet', 'purge', '--account', 'bob', '--confirm'];
  try {
    const { stderr } = await promisify(execFile)(process.execPath, argv, { cwd: lake, env: { PATH: process.env.PATH } });
    return Number(/changes: (\d+)/.exec(stderr)?.[1]);
  } catch (error) {
    expect(error).toMatchObject({ signal: 'SIGKILL' });
    return at;
  }
}

it('a purge killed at any change of the file system is finished by the same command or by a rebuild', {
  timeout: soak(120_000, 3_600_000),
}, async () => {
  const undisturbed = await copyOf(shared);
  const changes = await purgeDying(undisturbed, 0);
  const known = await tableSums(appOn(undisturbed, 9));
  await expectGone(undisturbed, known);
  const points = soak(3, 80);
  expect(changes).toBeGreaterThan(points);
  for (let point = 0; point < points; point += 1) {
    const at = 1 + Math.floor((point * (changes - 1)) / (points - 1));
    const lake = await copyOf(shared);
    await purgeDying(lake, at);
    // Before its note is there, nothing was asked for: whoever comes next has nothing to finish.
    const isNoted = (await readdir(join(lake, 'removed')).catch(() => [])).some((name) => name.endsWith('.json'));
    const next = appOn(lake, 1);
    if (!isNoted || point % 2 === 0) await purge(next);
    else await next.rebuild(never);
    await expectGone(lake, known).catch((error: unknown) => {
      throw new Error(`killed at change ${at} of ${changes}`, { cause: error });
    });
  }
});

describe('a purge beside a build', () => {
  const imports = (app: App) => app.importFiles([page], { account: 'bob' }, never);
  const rebuild = (app: App) => app.rebuild(never);

  /** Waits until there are so many files below a folder of the lake. */
  async function filesIn(lake: string, folder: string, count: number): Promise<void> {
    const found = () => readdir(join(lake, folder), { recursive: true, withFileTypes: true }).catch(() => []);
    while ((await found()).filter((entry) => entry.isFile()).length < count) await setImmediate();
  }
  const filesNow = async (lake: string, folder: string): Promise<number> =>
    (await readdir(join(lake, folder), { recursive: true, withFileTypes: true }).catch(() => [])).filter((entry) => entry.isFile()).length;

  const moments: Readonly<Record<string, readonly [string, number]>> = {
    'as soon as the other holds the lease': ['state/lease', 1],
    'once the other landed': ['landed', 1],
    'once the other wrote its first table': ['tables', 1],
    'once the other wrote several tables': ['tables', 6],
    'once the other committed': ['catalog', 1],
  };

  it.each(Object.entries(moments).filter((_, at) => at % soak(2, 1) === 0))(
    '%s: nothing of the account is left, whoever wins',
    { timeout: 120_000 },
    async (_, [folder, more]) => {
      for (const other of [imports, rebuild]) {
        // For an import the account is new to the lake: none of its partitions is there to be seen as changed.
        const lake = other === imports ? newFolder() : await copyOf(shared);
        await rm(join(lake, 'state', 'lease'), { recursive: true, force: true });
        const before = await filesNow(lake, folder);
        const beside = other(appOn(lake, 0)).catch((error: unknown) => error);
        const isThere = other === rebuild && folder === 'landed' ? Promise.resolve() : filesIn(lake, folder, before + more);
        await Promise.race([isThere, beside]);
        // Both may reach for the lease at once; and where the import has landed nothing yet, there is no such account to purge.
        const refused = await purge(appOn(lake, 1)).then(
          () => null,
          (error: { readonly code: string }) => error.code,
        );
        expect([null, 'not_found', 'lease_held']).toContain(refused);
        await beside;
        if (refused !== null) await purge(appOn(lake, 2));
        const app = appOn(lake, 9);
        const sums = await tableSums(app);
        expect(await filesThatSay(lake, MARKER)).toEqual([]);
        expect((await app.catalog.current()).removals).toBe(1);
        expect((await app.rebuild(never)).outcomes).toEqual([]);
        expect(await tableSums(app)).toEqual(sums);
        expect(await filesThatSay(lake, MARKER)).toEqual([]);
        expect(await filesThatSay(lake, 'account=bob')).toEqual([]);
      }
    },
  );
});
