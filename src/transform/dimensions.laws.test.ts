import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTestLake, rawObject, testFolder } from './testing.ts';

const folder = testFolder();

interface Sighting {
  readonly day: number | null;
  readonly name: string;
  /** Undefined: the answer did not say; an ISRC of null is said. */
  readonly isrc: string | null | undefined;
  readonly popularity: number | undefined;
  readonly album: string | undefined;
}

const anySighting: fc.Arbitrary<Sighting> = fc.record({
  day: fc.option(fc.integer({ min: 0, max: 3 })),
  name: fc.constantFrom('a', 'b', 'c'),
  isrc: fc.constantFrom(undefined, null, 'DE0000000001', 'DE0000000002'),
  popularity: fc.constantFrom(undefined, 10, 20),
  album: fc.constantFrom(undefined, 'x', 'y'),
});

const at = (day: number | null): Date | null => (day === null ? null : new Date(Date.UTC(2026, 0, 1 + day)));

function body({ name, isrc, popularity, album }: Sighting) {
  return {
    id: 'track',
    uri: 'spotify:track:track',
    type: 'track',
    name,
    duration_ms: 1,
    explicit: false,
    disc_number: 1,
    track_number: 1,
    artists: [],
    ...(isrc === undefined ? {} : { external_ids: { isrc } }),
    ...(popularity === undefined ? {} : { popularity }),
    ...(album === undefined ? {} : { album: { id: album, uri: `spotify:album:${album}`, name: album, artists: [] } }),
  };
}

/** Newest observation in which the field was present; -1: what nothing dates. Null where no answer had it. */
function newest<T>(sightings: readonly Sighting[], pick: (sighting: Sighting) => T | undefined): readonly T[] | null {
  const present = sightings.filter((sighting) => pick(sighting) !== undefined);
  if (present.length === 0) return null;
  const last = Math.max(...present.map(({ day }) => day ?? -1));
  return present.filter(({ day }) => (day ?? -1) === last).map((sighting) => pick(sighting) as T);
}

describe('latest', () => {
  it('holds per column group the newest value that was present, whatever the order and grouping', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anySighting, { minLength: 1, maxLength: 6 }), fc.nat(), async (sightings, seed) => {
        const raws = sightings.map((sighting) => rawObject(folder, 'tracks', body(sighting), at(sighting.day)));
        const whole = await openTestLake(folder);
        await whole.build(raws);
        const [track] = await whole.rows('tracks');
        const allowed = (values: readonly unknown[] | null): readonly unknown[] => values ?? [null];
        expect(allowed(newest(sightings, ({ isrc }) => isrc))).toContain(track?.isrc);
        expect(allowed(newest(sightings, ({ popularity }) => popularity?.toString()))).toContain(track?.popularity?.toString() ?? null);
        expect(allowed(newest(sightings, ({ album }) => album))).toContain(track?.album_id);

        const shuffled = raws.map((raw, index) => [(index * 7 + seed) % 11, raw] as const).sort(([a], [b]) => a - b);
        const pieces = await openTestLake(folder);
        for (const [, raw] of shuffled) await pieces.build([raw]);
        expect(await pieces.rows('tracks')).toEqual(await whole.rows('tracks'));
        expect(await pieces.sums()).toEqual(await whole.sums());
        whole.close();
        pieces.close();
      }),
      { numRuns: process.env.TONEARM_SOAK === '1' ? 100 : 8, endOnFailure: true },
    );
  });

  it('lets no simplified object erase what a full one said', async () => {
    const lake = await openTestLake(folder);
    const full = { day: 0, name: 'full', isrc: 'DE0000000001', popularity: 10, album: 'x' };
    const simple = { day: 1, name: 'simple', isrc: undefined, popularity: undefined, album: undefined };
    await lake.build([rawObject(folder, 'tracks', body(full), at(0)), rawObject(folder, 'tracks', body(simple), at(1))]);
    const [track] = await lake.rows('tracks', 'name, isrc, popularity, album_id');
    expect(track).toEqual({ name: 'simple', isrc: 'DE0000000001', popularity: 10n, album_id: 'x' });
    lake.close();
  });

  it('folds the deltas when they have grown, and the rows stay the same', async () => {
    const lake = await openTestLake(folder);
    for (let day = 0; day < 4; day += 1) {
      await lake.build([rawObject(folder, 'tracks', body({ day, name: `name ${day}`, isrc: null, popularity: day, album: 'x' }), at(day))]);
    }
    const rows = await lake.rows('tracks', 'track_id, name');
    expect(rows).toEqual([{ track_id: 'track', name: 'name 3' }]);
    lake.close();
  });
});
