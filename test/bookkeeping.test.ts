import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createVirtualClock } from '../src/kernel/clock.ts';
import { createFsStore } from '../src/landing/fs-store.ts';
import { createFsLocalFiles } from '../src/landing/local-files.ts';
import { SWEPT_STUB } from '../src/landing/versions.ts';
import type { App } from '../src/pipeline/app.ts';
import { idAt } from '../src/pipeline/ids.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import { savedTracksPage } from '../src/surfaces/cli/testing.ts';
import { never, newFolder, SILENT, sampleAccount } from './sample-account.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const MINUTE_MS = 60_000;
const { config } = sampleAccount({ mode: 'development', artists: 3, joinedOn: '2026-02-27' });

interface Counted {
  readonly app: App;
  /** Objects that listings gave, and objects that were opened. */
  readonly calls: { listed: number; opened: number };
}

function counted(lake: string, minutes: number): Counted {
  const calls = { listed: 0, opened: 0 };
  const store = createFsStore(lake);
  const counting: typeof store = {
    ...store,
    open: (key) => {
      calls.opened += 1;
      return store.open(key);
    },
    async *list(prefix, after) {
      for await (const object of store.list(prefix, after)) {
        calls.listed += 1;
        yield object;
      }
    },
  };
  const clock = createVirtualClock(new Date(NOW + minutes * MINUTE_MS));
  const effects = { clock, log: SILENT, fetch, progress: () => undefined };
  const place = { store: counting, files: createFsLocalFiles(lake), tempDir: join(lake, '.tmp', 'work') };
  return { app: createApp({ ...config, lake }, effects, place), calls };
}

async function imports({ app }: Counted, name: string): Promise<void> {
  const path = join(newFolder(), `${name}.json`);
  await writeFile(path, savedTracksPage([name]));
  expect((await app.importFiles([path], { account: 'ada' }, never)).outcomes).toEqual([]);
}

const numbered = (version: number): string => `${String(version).padStart(12, '0')}.json`;

/** Years of polls before what the lake holds: catalog versions that were swept, landing notes, and summaries of runs. */
function aged(lake: string, { versions, notes, runs }: { readonly versions: number; readonly notes: number; readonly runs: number }): void {
  const head = JSON.parse(readFileSync(join(lake, 'catalog', numbered(1)), 'utf8')) as object;
  for (let version = 1; version <= versions; version += 1) writeFileSync(join(lake, 'catalog', numbered(version)), SWEPT_STUB);
  writeFileSync(join(lake, 'catalog', numbered(versions + 1)), JSON.stringify({ ...head, version: versions + 1 }));
  const before = (index: number): string => `${idAt(NOW - (index + 100) * 60 * MINUTE_MS)}-00000000.json`;
  for (const [folder, count] of [
    ['landed', notes],
    ['runs', runs],
  ] as const) {
    mkdirSync(join(lake, folder), { recursive: true });
    for (let index = 0; index < count; index += 1) writeFileSync(join(lake, folder, before(index)), '{}');
  }
}

/** What an import of one file and a look at the status ask of the store. */
async function cost(past: Parameters<typeof aged>[1] | null): Promise<Counted['calls']> {
  const lake = newFolder();
  await imports(counted(lake, 0), 'first');
  if (past !== null) aged(lake, past);
  const second = counted(lake, 1);
  await imports(second, 'second');
  expect((await second.app.status()).catalog.version).toBe((past?.versions ?? 0) + 2);
  await rm(lake, { recursive: true });
  return second.calls;
}

it('what a verb lists and opens follows what is new, not the years before', { timeout: 120_000 }, async () => {
  const young = await cost(null);
  const old = await cost({ versions: 5_000, notes: 20_000, runs: 10_000 });
  // 500 numbers of the catalog are listed before its newest is looked for by halves.
  expect(old.listed - young.listed).toBeLessThan(520);
  expect(old.opened - young.opened).toBeLessThan(40);
});
