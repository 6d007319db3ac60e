import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { testExport } from '../simulator/export/testing.ts';
import { createVirtualClock } from '../src/kernel/clock.ts';
import { lakeOfSavedTracks } from '../src/pipeline/testing.ts';

const never = new AbortController().signal;
const LIMITS = { rows: 100, bytes: 1_000_000, ms: 60_000 };

interface Library {
  readonly [section: string]: readonly { readonly uri: string }[];
}
interface Playlists {
  readonly playlists: readonly { readonly name: string; readonly items: readonly unknown[] }[];
}

it('the library and playlists that a simulated account exports are all in the tables', { timeout: 60_000 }, async () => {
  const { files } = await testExport({}, { forms: ['account'] });
  const folder = mkdtempSync(join(tmpdir(), 'tonearm-lists-'));
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  const body = <T>(name: string): T => JSON.parse([...files].find(([path]) => path.endsWith(name))?.[1].toString() ?? 'null') as T;
  const library = body<Library>('YourLibrary.json');
  const { playlists } = body<Playlists>('Playlist1.json');

  const lake = await lakeOfSavedTracks(createVirtualClock(new Date('2026-11-21T08:00:00Z')));
  const summary = await lake.app.importFiles([folder], { account: 'ada' }, never);
  expect(summary.outcomes).toEqual([]);
  expect(summary.total.quarantined).toBe(0);
  expect(summary.files.filter(({ stream }) => stream?.startsWith('exported_')).map(({ outcome }) => outcome)).toEqual(['landed', 'landed']);

  const engine = await lake.app.engine();
  const counts = async (sql: string): Promise<Readonly<Record<string, number>>> => {
    const { batches } = await engine.query({ sql, params: {}, limits: LIMITS, trust: 'ours' }, never);
    const found: Record<string, number> = {};
    for await (const batch of batches) for (const [name, count] of batch) found[String(name)] = Number(count);
    return found;
  };
  const saved = await counts(`select item_kind || 's', count(*) from saved_items where account_id = 'ada' and removed_at is null group by 1
    union all select 'artists', count(*) from followed_artists where account_id = 'ada'`);
  const members = await counts(`select playlist_id, count(*) from playlist_items where playlist_id like 'export:ada:%' group by 1`);
  await engine.close();
  await lake.remove();

  const filled = Object.entries(library).filter(([, section]) => section.length > 0);
  expect(filled.length).toBeGreaterThan(1);
  expect(saved).toEqual({ artists: 0, ...Object.fromEntries(filled.map(([name, section]) => [name, section.length])) });
  const sizes = playlists.map(({ items }) => items.length).filter((size) => size > 0);
  expect(sizes.length).toBeGreaterThan(0);
  expect(Object.values(members).sort()).toEqual(sizes.sort());
});
