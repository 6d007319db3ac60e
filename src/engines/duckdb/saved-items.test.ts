import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, rowsOf } from '../engine.contract.ts';
import { createSampleLake } from '../testing.ts';
import { createDuckDbEngine } from './engine.ts';

/** A day of 2024, 1-based. */
const on = (day: number): string => `2024-01-${String(day).padStart(2, '0')} 00:00:00`;

interface Stay {
  readonly from: number;
  readonly removed?: number;
  /** Day it was saved, where the Web API tells of it; an export where there is none. */
  readonly added?: number;
}

/** What the library shows of one track: `added day, seen from, removed at, last seen at`, days of January. */
async function shown(looks: { readonly api?: readonly number[]; readonly exports?: readonly number[] }, stays: readonly Stay[]) {
  const lake = await createSampleLake(await mkdtemp(join(tmpdir(), 'tonearm-saved-')));
  const look = (list_kind: string) => (day: number) => ({ list_kind, list_id: 'me', observed_at: on(day), is_complete: true });
  await lake.add('looks', [
    ...(looks.api ?? []).map(look('saved_tracks')),
    ...(looks.exports ?? []).map(look('exported_saved_tracks')),
    ...[20, 30].map(look('exported_saved_albums')),
  ]);
  const rows = stays.map(({ from, removed, added }) => ({
    ...{ account_id: 'me', item_kind: 'track', item_uri: 'spotify:track:a', position: 4, _shown_at: [], _last_shown_at: on(from) },
    ...{ seen_from: on(from), removed_at: removed === undefined ? null : on(removed), added_at: added === undefined ? null : on(added) },
    ...{ _is_exported: added === undefined },
  }));
  await lake.add('saved_items', rows);
  const { catalog, store, files, folder } = lake;
  const engine = createDuckDbEngine({ catalog, store, files, memoryLimit: '300MB', threads: 1, tempDir: join(folder, 'spill') });
  const sql = `select day(added_at)::int, day(seen_from)::int, day(removed_at)::int, day(last_seen_at)::int from saved_items order by seen_from, added_at`;
  const found = await rowsOf(await engine.query(ask(sql), new AbortController().signal));
  await engine.close();
  await rm(folder, { recursive: true, force: true });
  return found;
}

describe('a track that an export and the Web API show', () => {
  it.each([
    [
      'is one stay, seen from the first look of either',
      { api: [8], exports: [5] },
      [{ from: 8, added: 2 }, { from: 5 }],
      [[2, 5, null, 8]],
    ],
    ['is one stay, whichever saw it first', { api: [5], exports: [8] }, [{ from: 5, added: 2 }, { from: 8 }], [[2, 5, null, 8]]],
    [
      'was saved again: the export before shows another stay, which the next look of the Web API ends',
      { api: [9], exports: [3] },
      [{ from: 9, added: 6 }, { from: 3 }],
      [
        [null, 3, 9, 3],
        [6, 9, null, 9],
      ],
    ],
    [
      'left the library and came back, as a later export shows',
      { api: [2, 4], exports: [8] },
      [{ from: 2, added: 1, removed: 4 }, { from: 8 }],
      [
        [1, 2, 4, 2],
        [null, 8, null, 8],
      ],
    ],
    [
      'is parted by what the Web API lacked between two exports',
      { api: [5], exports: [3, 8] },
      [{ from: 3 }],
      [
        [null, 3, 5, 3],
        [null, 8, null, 8],
      ],
    ],
  ] as const)('%s', async (_, looks, stays, expected) => {
    expect(await shown(looks, stays)).toEqual(expected);
  });
});

describe('a track that one of the two lacks', () => {
  it.each([
    ['is ended by an export after the last look of the Web API', { api: [2, 4], exports: [7, 9] }, [{ from: 2, added: 1 }], [[1, 2, 7, 4]]],
    [
      'is not ended by an export that the Web API showed it after',
      { api: [2, 9], exports: [7] },
      [{ from: 2, added: 1 }],
      [[1, 2, null, 9]],
    ],
    ['is ended by the Web API after the export', { api: [6], exports: [3] }, [{ from: 3 }], [[null, 3, 6, 3]]],
    ['is ended by the next export', { exports: [3, 5, 7] }, [{ from: 3, removed: 5 }], [[null, 3, 5, 3]]],
    ['stays where nobody looked later', { api: [2], exports: [3] }, [{ from: 3 }], [[null, 3, null, 3]]],
  ] as const)('%s', async (_, looks, stays, expected) => {
    expect(await shown(looks, stays)).toEqual(expected);
  });
});
