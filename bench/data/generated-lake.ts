import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createSystemClock } from '../../src/kernel/clock.ts';
import { createFsStore } from '../../src/landing/fs-store.ts';
import { createFsLocalFiles } from '../../src/landing/local-files.ts';
import { createSegmentFiles } from '../../src/landing/segment-files.ts';
import { createVersions } from '../../src/landing/versions.ts';
import { CONTRACT_VERSION } from '../../src/source/contract.ts';
import { createCatalogStore } from '../../src/tables/catalog-store.ts';
import { catalogText, EMPTY_CATALOG, parseCatalog } from '../../src/tables/catalog-text.ts';
import { latestSelect } from '../../src/tables/latest.ts';
import { PLAY_SUMS, playSums } from '../../src/tables/play-sums.ts';
import { tableNamed } from '../../src/tables/star-schema.ts';
import { storedColumns } from '../../src/tables/stored.ts';
import { openWarehouse } from '../../src/transform/duckdb.ts';
import { RULES_VERSION } from '../../src/transform/run-models.ts';
import { createWorkingTables, type WorkingTables } from '../../src/transform/working-tables.ts';

/** Rows of a lake that is made without raw: as tables and catalog alone. */
export interface LakeSize {
  readonly plays: number;
  /** Items of playlists of 200. */
  readonly items: number;
}

const FIRST_YEAR = 2006;
const YEARS = 20;
const SECONDS_A_YEAR = 31_536_000;
const HEX = '0123456789abcdef';

/** Ids and names of `bench/data/numbers.mjs`, so that pages made there speak of the same things. */
const id = (kind: string, number: string): string => `'${kind}' || lpad((${number})::varchar, 21, '4kZ94kZ94kZ94kZ94kZ94kZ9')`;
const name = (number: string): string => `'Echo River ' || (${number})`;

/** A select with every stored column of a table: those named here, null for the others. */
function rows(table: string, values: Readonly<Record<string, string>>, from: string): string {
  const stored = storedColumns(tableNamed(table));
  const picked = stored.map(({ name: column, type }) => `(${values[column] ?? 'null'})::${type} as ${column}`);
  return `select ${picked.join(', ')} from ${from}`;
}

const SEEN = { _observed_at: "timestamp '2026-01-01'", _raw_key: "'raw/generated'", _raw_line: '1', _raw_item: 'null::bigint' };

/** A song of a few hundred that make up half of all plays, or any of 45,000; spread by a multiplication that never repeats soon. */
const track = 'case when i % 2 = 0 then (i * 7919) % 400 else (i * 104729) % 45000 end';

async function addPlays(tables: WorkingTables, plays: number): Promise<void> {
  const yearly = Math.floor(plays / YEARS);
  for (let at = 0; at < YEARS; at += 1) {
    const year = FIRST_YEAR + at;
    const partition = `account=me/year=${year}`;
    const step = SECONDS_A_YEAR / yearly;
    const from = `(select *, timestamp '${year}-01-01' + to_milliseconds((i * ${step} * 1000)::bigint) as ended, ${track} as t from range(${yearly}) as r (i))`;
    const values = {
      ...SEEN,
      play_id: `md5('${year} ' || i)`,
      account_id: "'me'",
      ended_at: 'ended',
      started_at: 'ended - interval 3 minutes',
      ms_played: 'case when i % 5 = 0 then i % 30000 else 120000 + (i * 31) % 200000 end',
      kind: "'track'",
      track_id: id('C', 't'),
      track_uri: `'spotify:track:' || ${id('C', 't')}`,
      track_name: name('t'),
      artist_name: name('t % 6000'),
      album_name: name('t % 15000'),
      platform: "case i % 3 when 0 then 'android' when 1 then 'ios' else 'windows' end",
      country: "'DE'",
      reason_start: "'trackdone'",
      reason_end: "case when i % 3 = 0 then 'fwdbtn' else 'trackdone' end",
      is_shuffle: 'i % 2 = 0',
      is_skipped: 'false',
      is_offline: 'false',
      is_incognito: 'false',
      confidence: "'certain'",
      source: "'export'",
      evidence_count: '1',
    };
    await tables.replace(tableNamed('plays'), partition, rows('plays', values, from));
    const added = await tables.relation(tableNamed('plays'), [partition]);
    for (const sums of PLAY_SUMS) await tables.replace(tableNamed(sums), partition, playSums(sums, added));
  }
}

/** A row per key, as a build writes it: padding gives some numbers one id. */
async function addMerged(tables: WorkingTables, table: string, things: string): Promise<void> {
  await tables.replace(tableNamed(table), 'all', latestSelect(tableNamed(table), `(${things})`));
}

async function addThings(tables: WorkingTables, tracks: number): Promise<void> {
  const core = { ...SEEN, _core_at: "timestamp '2026-01-01'", _core_shape: '3', source: "'sample'" };
  const seen = "timestamp '2026-01-01'";
  const songs = {
    ...core,
    _album_at: seen,
    _album_shape: '3',
    _ids_at: seen,
    _ids_shape: '3',
    track_id: id('C', 'i'),
    uri: `'spotify:track:' || ${id('C', 'i')}`,
    name: name('i'),
    duration_ms: '120000 + (i * 7919) % 200000',
    is_explicit: 'i % 9 = 0',
    album_id: id('B', 'i % 150000'),
    isrc: "'QZ' || lpad(i::varchar, 10, '0')",
    _artist_ids: `[${id('A', 'i % 60000')}]`,
  };
  await addMerged(tables, 'tracks', rows('tracks', songs, `range(${tracks}) as r (i)`));
  const albums = {
    ...core,
    _release_at: seen,
    _release_shape: '3',
    album_id: id('B', 'i'),
    uri: `'spotify:album:' || ${id('B', 'i')}`,
    name: name('i'),
    release_date: "'1999'",
  };
  await addMerged(tables, 'albums', rows('albums', albums, `range(${Math.min(150_000, tracks)}) as r (i)`));
  const artists = { ...core, artist_id: id('A', 'i'), uri: `'spotify:artist:' || ${id('A', 'i')}`, name: name('i') };
  await addMerged(tables, 'artists', rows('artists', artists, `range(${Math.min(60_000, tracks)}) as r (i)`));
}

/** Playlists of 200, looked at once, as whole pages had told of them. */
async function addLists(tables: WorkingTables, items: number): Promise<void> {
  const playlists = Math.floor(items / 200);
  // Far from the playlists of `playlist-pages.mjs`.
  // All of one length: padding gives numbers of several lengths one id, and no list is there twice.
  const list = id('Q', 'p + 1000000');
  const bucket = `md5('playlist|' || ${list})[1:1]`;
  for (const hex of HEX) {
    const partition = `bucket=${hex}`;
    const from = `(select * from range(${playlists}) as r (p) where ${bucket} = '${hex}')`;
    const look = {
      ...SEEN,
      list_kind: "'playlist'",
      list_id: list,
      observed_at: "timestamp '2026-01-01'",
      is_complete: 'true',
      item_count: '200',
      _pages:
        '[{seq: 0, page_offset: 0, page_count: 200, total: 200, is_first: true, is_last: true, newest_added_at: null, is_cut: false, item_count: 200}]',
      _versions: '[]',
    };
    await tables.replace(tableNamed('looks'), partition, rows('looks', look, from));
    const stay = {
      ...SEEN,
      playlist_id: list,
      item_uri: `'spotify:track:' || ${id('C', '(p * 104729 + i * 7919) % 450000')}`,
      item_kind: "'track'",
      track_id: id('C', '(p * 104729 + i * 7919) % 450000'),
      added_at: "timestamp '2020-01-01' + to_minutes(p * 200 + i)",
      added_by: "'user1'",
      copy: '1',
      position: 'i',
      seen_from: "timestamp '2026-01-01'",
      source: "'sample'",
      _last_shown_at: "timestamp '2026-01-01'",
      _last_position: 'i',
      _shown_at: '[]',
    };
    await tables.replace(tableNamed('playlist_items'), partition, rows('playlist_items', stay, `${from}, range(200) as s (i)`));
  }
}

/** Makes the lake in a folder, once; what is there already is left as it is. */
export async function generateLake(folder: string, size: LakeSize): Promise<void> {
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  const tempDir = join(part, '.tmp');
  await mkdir(tempDir, { recursive: true });
  const store = createFsStore(part);
  const warehouse = await openWarehouse({ threads: 2, memoryLimit: '4GB', tempDir: join(tempDir, 'spill') });
  try {
    const tables = createWorkingTables({
      warehouse,
      store,
      files: createFsLocalFiles(part),
      base: EMPTY_CATALOG,
      buildId: 'generated',
      tempDir,
    });
    if (size.plays > 0) await addPlays(tables, size.plays);
    await addThings(tables, size.items > 0 ? Math.min(450_000, size.items) : 45_000);
    if (size.items > 0) await addLists(tables, size.items);
    const { read, replace, drop } = tables.outcome();
    const versions = createVersions({ store, prefix: 'catalog/', parse: parseCatalog, serialise: catalogText });
    const catalog = createCatalogStore({
      versions,
      segments: createSegmentFiles(store),
      clock: createSystemClock(),
      newSegmentName: () => 'generated',
    });
    const change = { runId: 'generated', contract: CONTRACT_VERSION, rules: RULES_VERSION, read, replace, drop, consumed: [], whole: true };
    await catalog.commit(await catalog.current(), change);
  } finally {
    warehouse.close();
  }
  await rm(tempDir, { recursive: true, force: true });
  await rename(part, folder);
}
