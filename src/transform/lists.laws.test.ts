import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StageInput } from './stage.ts';
import { openTestLake, rawObject, rawPages, type ScriptedAnswer, testFolder } from './testing.ts';

/** What one look at one playlist showed, in a form that a person can check. */
interface Look {
  readonly day: number;
  readonly list: number;
  /** Items by number, in the order of the playlist; an item may stand in it twice. */
  readonly items: readonly number[];
  /** A page of its own, before or after which the list goes on: proves presence, never absence. */
  readonly isPartial: boolean;
  /** The version read after the walk differs from the one before. */
  readonly hasChanged: boolean;
  readonly pageSize: number;
}

const at = (day: number): string => new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
const playlistId = (list: number): string => `playlist${list}`;
const element = (item: number) => ({
  added_at: '2025-01-01T00:00:00Z',
  added_by: { id: 'someone' },
  is_local: false,
  item: { id: `track${item}`, uri: `spotify:track:track${item}`, type: 'track', name: `Song ${item}`, artists: [] },
});

const page = (look: Look, offset: number, limit: number) => ({
  items: look.items.slice(offset, offset + limit).map(element),
  offset,
  limit,
  total: look.items.length + (look.isPartial ? 1 : 0),
  previous: offset === 0 ? null : 'before',
  next: look.isPartial || offset + limit < look.items.length ? 'more' : null,
});

/** The raw objects of a look: a walk with its two readings of the version, or a page alone. */
function rawOf(folder: string, look: Look): readonly StageInput[] {
  const path = `/playlists/${playlistId(look.list)}/items`;
  if (look.isPartial) {
    return [
      rawObject(folder, 'playlist_items', { href: `https://api.spotify.com/v1${path}`, ...page(look, 0, 100) }, new Date(at(look.day))),
    ];
  }
  const started_at = at(look.day);
  const version = (seq: number, snapshot_id: string): ScriptedAnswer => ({
    path: `/playlists/${playlistId(look.list)}`,
    at: started_at,
    walk: { started_at, seq },
    body: { id: playlistId(look.list), uri: 'spotify:playlist:x', name: 'A list', snapshot_id },
  });
  const offsets = Array.from({ length: Math.max(1, Math.ceil(look.items.length / look.pageSize)) }, (_, index) => index * look.pageSize);
  const pages = offsets.map((offset, index) => ({
    path,
    at: started_at,
    walk: { started_at, seq: index + 1 },
    body: page(look, offset, look.pageSize),
  }));
  return [
    rawPages(folder, 'playlist_items', pages),
    rawPages(folder, 'playlists', [version(0, 'one'), version(pages.length + 1, look.hasChanged ? 'two' : 'one')]),
  ];
}

const isComplete = (look: Look): boolean => !look.isPartial && (look.items.length <= look.pageSize || !look.hasChanged);

/** Intervals by the words of the rule, the slow way: every look in order, every copy of every item by itself. */
function expectedStays(looks: readonly Look[]): readonly string[] {
  const stays: { list: number; item: number; copy: number; from: number; removed: number | null }[] = [];
  for (const look of [...looks].sort((a, b) => a.day - b.day)) {
    const shown = new Map<string, readonly [number, number]>();
    const copies = new Map<number, number>();
    for (const item of look.items) {
      const copy = (copies.get(item) ?? 0) + 1;
      copies.set(item, copy);
      shown.set(`${item}/${copy}`, [item, copy]);
    }
    const open = stays.filter((stay) => stay.list === look.list && stay.removed === null);
    for (const [key, [item, copy]] of shown) {
      if (!open.some((stay) => `${stay.item}/${stay.copy}` === key))
        stays.push({ list: look.list, item, copy, from: look.day, removed: null });
    }
    if (!isComplete(look)) continue;
    for (const stay of open) if (!shown.has(`${stay.item}/${stay.copy}`)) stay.removed = look.day;
  }
  return stays.map(({ list, item, copy, from, removed }) => `${playlistId(list)} track${item} #${copy} ${from}..${removed ?? ''}`).sort();
}

const anyLook = fc.record({
  day: fc.integer({ min: 0, max: 11 }),
  list: fc.integer({ min: 0, max: 1 }),
  items: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 6 }),
  isPartial: fc.boolean(),
  hasChanged: fc.boolean(),
  pageSize: fc.integer({ min: 2, max: 4 }),
});
const anyLooks = fc.uniqueArray(anyLook, { minLength: 1, maxLength: 6, selector: ({ day, list }) => `${day}/${list}` });

const RUNS = process.env.TONEARM_SOAK === '1' ? 150 : 6;
const folder = testFolder();

const dayOf = (value: unknown): string => {
  if (value === null) return '';
  const { micros } = value as { micros: bigint };
  return String((Number(micros) / 1000 - Date.UTC(2026, 0, 1)) / 86_400_000);
};

describe('stays of playlist items', () => {
  it('equal the rule applied look by look, and do not depend on order, grouping or repetition of what arrives', {
    timeout: 900_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(anyLooks, fc.infiniteStream(fc.nat()), async (looks, choices) => {
        const raws = looks.flatMap((look) => rawOf(folder, look));
        const whole = await openTestLake(folder);
        await whole.build(raws);
        const rows = await whole.rows('playlist_items', 'playlist_id, track_id, copy, seen_from, removed_at');
        const found = rows
          .map((row) => `${row.playlist_id} ${row.track_id} #${row.copy} ${dayOf(row.seen_from)}..${dayOf(row.removed_at)}`)
          .sort();
        expect(found).toEqual(expectedStays(looks));

        // Some looks arrive twice, as other raw objects with the same content.
        const twice = looks.filter((_, index) => index % 3 === 0).flatMap((look) => rawOf(folder, look));
        const left = [...raws, ...twice];
        const pieces = await openTestLake(folder);
        const next = (): number => choices.next().value;
        const some = (most: number) =>
          Array.from({ length: Math.min(left.length, most) }, () => left.splice(next() % left.length, 1)).flat();
        while (left.length > 0) {
          // Of a build with many batches several are brought into the tables together.
          const batches = Array.from({ length: 1 + (next() % 6) }, () => some(1 + (next() % 3)));
          await pieces.build(...batches.filter(({ length }) => length > 0));
        }
        expect(await pieces.rows('playlist_items')).toEqual(await whole.rows('playlist_items'));
        expect(await pieces.rows('looks')).toEqual(await whole.rows('looks'));
        expect(await pieces.sums()).toEqual(await whole.sums());
        whole.close();
        pieces.close();
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});

describe('a song put on top of a long playlist', () => {
  it('adds one stay and changes no other but for its place', async () => {
    const lake = await openTestLake(folder);
    const long = Array.from({ length: 2_000 }, (_, index) => index);
    const look = (day: number, items: readonly number[]): Look => ({
      day,
      list: 0,
      items,
      isPartial: false,
      hasChanged: false,
      pageSize: 50,
    });
    await lake.build(rawOf(folder, look(0, long)));
    const stays = 'item_uri, copy, added_at, added_by, seen_from, removed_at';
    const before = await lake.rows('playlist_items', stays);
    await lake.build(rawOf(folder, look(1, [9_999, ...long])));
    const after = await lake.rows('playlist_items', stays);
    expect(after).toHaveLength(before.length + 1);
    expect(after.filter(({ item_uri }) => item_uri !== 'spotify:track:track9999')).toEqual(before);
    expect(await lake.rows('playlist_items', 'max(position) as last')).toEqual([{ last: 2_000n }]);
    expect(await lake.rows('looks', 'count(*) as n')).toEqual([{ n: 2n }]);
    lake.close();
  });
});
