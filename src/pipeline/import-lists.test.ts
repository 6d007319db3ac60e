import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createVirtualClock } from '../kernel/clock.ts';
import { lakeOfSavedTracks, type TestLake } from './testing.ts';

const never = new AbortController().signal;
const clock = createVirtualClock(new Date('2026-11-21T08:00:00Z'));
const LIMITS = { rows: 1_000, bytes: 1_000_000, ms: 60_000 };

let lake: TestLake;
let folder: string;
beforeEach(async () => {
  lake = await lakeOfSavedTracks(clock);
  folder = mkdtempSync(join(tmpdir(), 'tonearm-lists-'));
});
afterEach(() => lake.remove());

function file(name: string, body: unknown): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(body));
  return path;
}
const play = (endTime: string) => [{ endTime, artistName: 'One', trackName: 'A song', msPlayed: 60_000 }];
const saved = (...ids: readonly string[]) => ({ tracks: ids.map((id) => ({ uri: `spotify:track:${id}` })), bannedTracks: [], other: [] });

/** A package of account data in a folder of its own. */
function packageOf(name: string, endTime: string, library: unknown): string {
  file(`${name}/Spotify Account Data/StreamingHistory_music_0.json`, play(endTime));
  file(`${name}/Spotify Account Data/YourLibrary.json`, library);
  return join(folder, name);
}

async function rows(sql: string): Promise<readonly unknown[]> {
  const engine = await lake.app.engine();
  const { batches } = await engine.query({ sql, params: {}, limits: LIMITS, trust: 'ours' }, never);
  const found = [];
  for await (const batch of batches) found.push(...batch);
  await engine.close();
  return found;
}

const SAVED = `select item_id, added_at is not null, strftime(seen_from, '%Y-%m'), strftime(removed_at, '%Y-%m') from saved_items order by all`;

it('packages are as old as their histories, and say of the library the same whichever is imported first', async () => {
  const early = packageOf('early', '2026-02-03 10:00', saved('one', 'gone'));
  const late = packageOf('late', '2026-05-06 10:00', saved('one', 'new'));
  const importing = (account: string, paths: readonly string[]) => lake.app.importFiles(paths, { account }, never);
  const first = await importing('me', [late]);
  expect(first.files.map(({ outcome, stream, read, kept }) => ({ outcome, stream, read, kept }))).toContainEqual({
    ...{ outcome: 'landed', stream: 'exported_library', read: 2, kept: 2 },
  });
  await importing('me', [early]);
  expect(first.outcomes).toEqual([]);
  // The page of the Web API that the lake began with is undated: older than all, and complete.
  expect(await rows(SAVED)).toEqual([
    ['gone', false, '2026-02', '2026-05'],
    ['new', false, '2026-05', null],
    ['one', true, null, null],
    ['two', true, null, '2026-02'],
  ]);
});

it('an element without a URI is quarantined, the others are in, and the look proves no absence', async () => {
  const path = file('YourLibrary.json', { tracks: [{ track: 'old' }, { uri: 'spotify:track:new' }], bannedTracks: [] });
  const { total } = await lake.app.importFiles([path], { account: null }, never);
  expect(total).toMatchObject({ read: 2, kept: 1, quarantined: 1 });
  expect(await rows(`select item_id, removed_at is null from saved_items order by all`)).toEqual([
    ['new', true],
    ['one', true],
    ['two', true],
  ]);
});
