import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../kernel/clock.ts';
import type { Versioned } from '../kernel/versioned.ts';
import type { Catalog, CatalogChange, CatalogStore, Consumed, Partition } from './catalog.ts';
import { createCatalogStore } from './catalog-store.ts';
import { catalogText, EMPTY_CATALOG, parseCatalog } from './catalog-text.ts';
import { FAN_IN, type SegmentFiles } from './consumed-segments.ts';

interface Lake {
  readonly versions: string[];
  readonly segments: Map<string, string>;
}
const newLake = (): Lake => ({ versions: [], segments: new Map() });

function versionsOf({ versions }: Lake): Versioned<Catalog> {
  const at = (version: number): Catalog | null => {
    const text = versions[version - 1];
    return text === undefined ? null : parseCatalog(JSON.parse(text));
  };
  return {
    newest: async () => versions.length,
    at: async (version) => at(version),
    read: async () => {
      const value = at(versions.length);
      return value === null ? null : { version: versions.length, value };
    },
    write: async (base, value) => {
      if (versions.length !== base) return 'conflict';
      versions.push(catalogText(value));
      return 'written';
    },
  };
}

function filesOf({ segments }: Lake): SegmentFiles {
  return {
    write: async (key, text) => {
      if (segments.has(key)) throw new Error(`${key} is taken`);
      segments.set(key, text);
    },
    read: async (key) => segments.get(key) ?? null,
  };
}

const clock = createVirtualClock(new Date('2026-11-21T08:00:00.000Z'));
let names = 0;
const storeOf = (lake: Lake, versions = versionsOf(lake), segments = filesOf(lake)): CatalogStore =>
  createCatalogStore({ versions, segments, clock, newSegmentName: () => `s${++names}` });

function consumedOf(n: number, read = 1): Consumed {
  const id = String(n).padStart(6, '0');
  const tally = { read, kept: read, merged: 0, duplicate: 0, filtered: 0, quarantined: 0 };
  return { landedId: `t-${id}`, rawKey: `raw/${id}`, stream: 'tracks', account: 'me', runId: 'run', tally };
}
const partition = (name: string, rows: number, buildId: string): Partition => ({
  table: 'plays',
  name,
  buildId,
  files: [{ key: `tables/plays/${name}/${buildId}/part-0.parquet`, bytes: 1, rows, sha256: '0'.repeat(64) }],
  rows,
});
const change = (facts: Partial<CatalogChange>): CatalogChange => ({
  runId: 'run',
  contract: 1,
  rules: 1,
  read: [],
  replace: [],
  drop: [],
  consumed: [],
  ...facts,
});

async function committed(store: CatalogStore, base: Catalog, facts: Partial<CatalogChange>): Promise<Catalog> {
  const outcome = await store.commit(base, change(facts));
  if (outcome === 'conflict') throw new Error('the commit met a conflict');
  return outcome;
}
async function keysOf(store: CatalogStore, catalog: Catalog, since?: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { rawKey } of store.consumed(catalog, since)) keys.push(rawKey);
  return keys;
}
const buildsOf = (catalog: Catalog): readonly string[] => catalog.partitions.map(({ name, buildId }) => `${name}:${buildId}`);

describe('the catalog', () => {
  it('of a new lake is empty', async () => {
    const store = storeOf(newLake());
    expect(await store.current()).toEqual(EMPTY_CATALOG);
    expect(await store.at(0)).toEqual(EMPTY_CATALOG);
    expect(await store.at(1)).toBeNull();
    expect(await keysOf(store, EMPTY_CATALOG)).toEqual([]);
  });

  it('takes a change on top, and keeps the versions before it', async () => {
    const store = storeOf(newLake());
    const first = await committed(store, EMPTY_CATALOG, {
      replace: [partition('b', 1, 'x1'), partition('a', 1, 'x1')],
      consumed: [consumedOf(2), consumedOf(1)],
    });
    expect(first).toMatchObject({ version: 1, runId: 'run', contract: 1, rules: 1, committedAt: '2026-11-21T08:00:00.000Z' });
    const second = await committed(store, first, {
      replace: [partition('a', 2, 'x2')],
      drop: ['plays/b', 'plays/absent'],
      consumed: [consumedOf(3)],
    });
    expect(buildsOf(first)).toEqual(['a:x1', 'b:x1']);
    expect(buildsOf(second)).toEqual(['a:x2']);
    expect(await store.current()).toEqual(second);
    expect(await store.at(1)).toEqual(first);
    expect(await keysOf(store, first)).toEqual(['raw/000001', 'raw/000002']);
    expect(await keysOf(store, second)).toEqual(['raw/000001', 'raw/000002', 'raw/000003']);
    expect(await keysOf(store, second, 't-000002')).toEqual(['raw/000002', 'raw/000003']);
  });

  it('writes segments before the version that names them', async () => {
    const lake = newLake();
    const versions = versionsOf(lake);
    const seen: boolean[] = [];
    const watched: Versioned<Catalog> = {
      ...versions,
      write: async (base, value) => {
        seen.push(value.consumed.every(({ key }) => lake.segments.has(key)));
        return versions.write(base, value);
      },
    };
    await committed(storeOf(lake, watched), EMPTY_CATALOG, { consumed: [consumedOf(1)] });
    expect(seen).toEqual([true]);
  });

  it('forgets all that a whole change does not name', async () => {
    const store = storeOf(newLake());
    const first = await committed(store, EMPTY_CATALOG, { replace: [partition('a', 1, 'x1')], consumed: [consumedOf(1)] });
    const whole = { replace: [partition('b', 1, 'x2')], consumed: [consumedOf(1)], contract: 2, whole: true };
    const second = await committed(store, first, whole);
    expect(buildsOf(second)).toEqual(['b:x2']);
    expect(second.contract).toBe(2);
    expect(await keysOf(store, second)).toEqual(['raw/000001']);
  });

  it('is `corrupt` when a version is not the one its file is named for', async () => {
    const lake = newLake();
    await committed(storeOf(lake), EMPTY_CATALOG, {});
    lake.versions.push(lake.versions[0] ?? '');
    await expect(storeOf(lake).current()).rejects.toMatchObject({ code: 'corrupt' });
  });

  it.each<[string, Partial<CatalogChange>]>([
    ['replaces a partition twice', { replace: [partition('a', 1, 'x'), partition('a', 2, 'y')] }],
    ['replaces and drops a partition', { replace: [partition('a', 1, 'x')], drop: ['plays/a'] }],
    ['consumes a raw object twice', { consumed: [consumedOf(1), { ...consumedOf(1), landedId: 't-9' }] }],
    ['has other rules without being whole', { rules: 2 }],
  ])('refuses a change that %s', async (_, facts) => {
    const lake = newLake();
    const base = await committed(storeOf(lake), EMPTY_CATALOG, {});
    await expect(storeOf(lake).commit(base, change(facts))).rejects.toMatchObject({ code: 'internal' });
    expect(lake.versions).toHaveLength(1);
    expect(lake.segments.size).toBe(0);
  });
});

describe('a commit on a base that is no longer the newest', () => {
  /** A base with partitions a and b, and a head on top of it. */
  async function bench(between: Partial<CatalogChange>): Promise<{ lake: Lake; store: CatalogStore; base: Catalog }> {
    const lake = newLake();
    const store = storeOf(lake);
    const base = await committed(store, EMPTY_CATALOG, {
      replace: [partition('a', 1, 'x1'), partition('b', 1, 'x1')],
      consumed: [consumedOf(1)],
    });
    await committed(store, base, between);
    return { lake, store, base };
  }

  it('goes on top when nothing that it read, touches or consumes changed', async () => {
    const { store, base } = await bench({ replace: [partition('b', 2, 'x2')], consumed: [consumedOf(2)] });
    const mine = { read: ['plays/a', 'plays/absent'], replace: [partition('a', 2, 'x3')], consumed: [consumedOf(3)] };
    const third = await committed(store, base, mine);
    expect(third.version).toBe(3);
    expect(buildsOf(third)).toEqual(['a:x3', 'b:x2']);
    expect(await keysOf(store, third)).toEqual(['raw/000001', 'raw/000002', 'raw/000003']);
  });

  it.each<[string, Partial<CatalogChange>, Partial<CatalogChange>]>([
    [
      'a partition that it read was replaced',
      { replace: [partition('b', 2, 'x2')] },
      { read: ['plays/b'], replace: [partition('a', 2, 'x3')] },
    ],
    ['a partition that it read was dropped', { drop: ['plays/b'] }, { read: ['plays/b'] }],
    ['a partition that it found absent is there', { replace: [partition('c', 1, 'x2')] }, { read: ['plays/c'] }],
    ['a partition that it replaces was replaced', { replace: [partition('a', 2, 'x2')] }, { replace: [partition('a', 2, 'x3')] }],
    ['a partition that it drops was replaced', { replace: [partition('a', 2, 'x2')] }, { drop: ['plays/a'] }],
    ['a raw object that it consumes was consumed', { consumed: [consumedOf(2)] }, { consumed: [consumedOf(3), consumedOf(2)] }],
    ['it is whole', { replace: [partition('b', 2, 'x2')] }, { whole: true, replace: [partition('c', 2, 'x3')] }],
    ['the tables were rebuilt by other rules', { whole: true, rules: 2, consumed: [consumedOf(1)] }, { consumed: [consumedOf(2)] }],
  ])('is a conflict when %s', async (_, between, mine) => {
    const { lake, store, base } = await bench(between);
    const segments = lake.segments.size;
    expect(await store.commit(base, change(mine))).toBe('conflict');
    expect(lake.versions).toHaveLength(2);
    expect(lake.segments.size).toBe(segments);
  });

  it('loses to a removal that its builder did not know of, even where nothing that it read or touches changed', async () => {
    const store = storeOf(newLake());
    const base = await store.current();
    const removed = await committed(store, base, { whole: true, removals: 3 });
    expect(removed.removals).toBe(3);
    const late = change({ read: ['plays/a'], replace: [partition('a', 1, 'b1')], consumed: [consumedOf(1)] });
    expect(await store.commit(base, late)).toBe('conflict');
    expect(await store.commit(base, { ...late, removals: 2 })).toBe('conflict');
    expect(await store.commit(removed, change({ whole: true, removals: 2 }))).toBe('conflict');
    expect(await store.commit(removed, { ...late, removals: 3 })).toMatchObject({ version: 2, removals: 3 });
    expect(await storeOf(newLake()).commit(base, late)).not.toHaveProperty('removals');
  });

  it('sees what was consumed meanwhile through a merge of segments', async () => {
    const lake = newLake();
    const store = storeOf(lake);
    let head = EMPTY_CATALOG;
    for (let n = 0; n < FAN_IN - 2; n += 1) head = await committed(store, head, { consumed: [consumedOf(n)] });
    const base = head;
    for (let n = FAN_IN; n < FAN_IN + 4; n += 1) head = await committed(store, head, { consumed: [consumedOf(n)] });
    expect(head.consumed.length).toBeLessThan(5);
    expect(await store.commit(base, change({ consumed: [consumedOf(FAN_IN + 1)] }))).toBe('conflict');
    expect((await committed(store, base, { consumed: [consumedOf(FAN_IN + 9)] })).version).toBe(head.version + 1);
  });

  it('gives up with `conflict` when others are always first', async () => {
    const lake = newLake();
    const never: Versioned<Catalog> = { ...versionsOf(lake), write: async () => 'conflict' };
    await expect(storeOf(lake, never).commit(EMPTY_CATALOG, change({}))).rejects.toMatchObject({ code: 'conflict', retryable: true });
  });
});

describe('history', () => {
  it('does not make commits dearer', async () => {
    const lake = newLake();
    const store = storeOf(lake);
    const commits = 450;
    let head = EMPTY_CATALOG;
    let longest = 0;
    for (let n = 0; n < commits; n += 1) {
      head = await committed(store, head, { replace: [partition('a', n, `x${n}`)], consumed: [consumedOf(n)] });
      longest = Math.max(longest, head.consumed.length);
    }
    const written = [...lake.segments.values()].reduce((sum, text) => sum + text.split('\n').length - 1, 0);
    expect(written).toBeLessThanOrEqual(2 * commits);
    expect(longest).toBeLessThan(FAN_IN + commits / FAN_IN);
    expect(await keysOf(store, head)).toHaveLength(commits);
    expect(head.consumed.reduce((sum, { count }) => sum + count, 0)).toBe(commits);
  });
});

describe('writers at once', () => {
  const PARTITIONS = 4;
  /** A lake on the eve of a merge. */
  async function aged(): Promise<Lake> {
    const lake = newLake();
    const store = storeOf(lake);
    let head = EMPTY_CATALOG;
    for (let n = 0; n < FAN_IN - 4; n += 1) head = await committed(store, head, { consumed: [consumedOf(100_000 + n, 0)] });
    return lake;
  }

  /** Consumes raw objects in groups: each adds its number of rows to one partition, worked out from the partition's rows before. */
  async function work(store: CatalogStore, who: number, groups: readonly (readonly number[])[]): Promise<void> {
    for (const [index, group] of groups.entries()) {
      for (let attempt = 0; ; attempt += 1) {
        const base = await store.current();
        const done = new Set(await keysOf(store, base));
        const fresh = [...new Set(group)].map((n) => consumedOf(n, n + 1)).filter(({ rawKey }) => !done.has(rawKey));
        const name = `p${(who + index) % PARTITIONS}`;
        const rows = base.partitions.find((one) => one.name === name)?.rows ?? 0;
        const added = fresh.reduce((sum, { tally }) => sum + tally.read, 0);
        const mine = { replace: [partition(name, rows + added, `${who}-${index}-${attempt}`)], consumed: fresh };
        if (fresh.length === 0 || (await store.commit(base, change(mine))) !== 'conflict') break;
      }
    }
  }

  it('lose no change and count no raw object twice, in any interleaving', async () => {
    const eve = await aged();
    const raw = fc.integer({ min: 0, max: 9 });
    const plans = fc.array(fc.array(fc.array(raw, { minLength: 1, maxLength: 3 }), { maxLength: 3 }), { minLength: 2, maxLength: 4 });
    const property = fc.asyncProperty(fc.scheduler(), plans, async (scheduler, writers) => {
      const lake: Lake = { versions: [...eve.versions], segments: new Map(eve.segments) };
      const [versions, files] = [versionsOf(lake), filesOf(lake)];
      const store = storeOf(
        lake,
        {
          newest: versions.newest,
          at: versions.at,
          read: scheduler.scheduleFunction(versions.read),
          write: scheduler.scheduleFunction(versions.write),
        },
        { write: scheduler.scheduleFunction(files.write), read: files.read },
      );
      await scheduler.waitFor(Promise.all(writers.map((groups, who) => work(store, who, groups))));

      const calm = storeOf(lake);
      const head = await calm.current();
      const all = [...new Set(writers.flat(2))];
      const consumed = (await keysOf(calm, head, 't-000000')).filter((key) => key < 'raw/1');
      expect([...consumed].sort()).toEqual(all.map((n) => consumedOf(n).rawKey).sort());
      expect(head.partitions.reduce((sum, { rows }) => sum + rows, 0)).toBe(all.reduce((sum, n) => sum + n + 1, 0));
      expect(head.consumed.reduce((sum, { count }) => sum + count, 0)).toBe(FAN_IN - 4 + all.length);
    });
    await fc.assert(property, { numRuns: 60 });
  });
});
