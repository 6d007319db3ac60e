import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { publishedVersions } from '../engines/athena/notes.ts';
import { TEMP_FOLDER } from '../landing/key.ts';
import { SWEPT_STUB } from '../landing/versions.ts';
import type { Catalog } from '../tables/catalog.ts';
import type { Swept } from './answers.ts';
import type { Context } from './context.ts';
import { timeOfId } from './ids.ts';

/** What a catalog version names is spared while the version is younger than this: a reader may still be at it. */
export const GRACE_MS = 24 * 60 * 60 * 1000;

/** What a sweep spares, in milliseconds since 1970. */
interface Spared {
  /** Versions that were the newest one later than this. */
  readonly versionsSince: number;
  /** Files of builds that began later than this, … */
  readonly filesSince: number;
  /** … but not later than this: no build begins in the future. */
  readonly filesUntil: number;
  /** Temporary files that were changed later than this. */
  readonly temporarySince: number;
}

interface Kept {
  readonly files: ReadonlySet<string>;
  readonly segments: ReadonlySet<string>;
  readonly oldVersions: readonly string[];
}

const VERSION_KEY = /^catalog\/(\d{12})\.json$/;
/** Keys that are removed in one call. */
const SLICE = 500;

/**
 * The newest version, every one that was the newest within the grace, and what Athena may name; the others are old. A removal spares nothing for Athena. Throws `corrupt` for one that cannot be read: what it
 * names is unknown.
 */
async function keptBy(context: Context, since: number): Promise<Kept> {
  const files = new Set<string>();
  const segments = new Set<string>();
  const oldVersions: string[] = [];
  const keep = (catalog: Catalog): void => {
    for (const partition of catalog.partitions) for (const { key } of partition.files) files.add(key);
    for (const { key } of catalog.consumed) segments.add(key);
  };
  const head = await context.catalog.current();
  keep(head);
  const known: { key: string; catalog: Catalog }[] = [];
  for await (const { key, size } of context.store.list('catalog/')) {
    const version = Number(VERSION_KEY.exec(key)?.[1] ?? Number.NaN);
    if (Number.isNaN(version) || version >= head.version || size === SWEPT_STUB.length) continue;
    const catalog = await context.catalog.at(version);
    if (catalog !== null) known.push({ key, catalog });
  }
  const published = since === Infinity ? new Set<number>() : await publishedVersions(context.store);
  // A version is as old as the one that followed it: until then it was the head.
  for (const [index, { key, catalog }] of known.entries()) {
    const next = known[index + 1]?.catalog ?? head;
    if (Date.parse(next.committedAt) > since || published.has(catalog.version)) keep(catalog);
    else oldVersions.push(key);
  }
  return { files, segments, oldVersions };
}

const isOld = (id: string | undefined, { filesSince, filesUntil }: Spared): boolean => {
  const at = id === undefined ? null : timeOfId(id);
  return at !== null && (at <= filesSince || at > filesUntil);
};

async function removeAll(context: Context, keys: readonly string[]): Promise<void> {
  for (let from = 0; from < keys.length; from += SLICE) await context.store.remove(keys.slice(from, from + SLICE));
}

/** Folders and files of work that died. */
async function sweepFolder(folder: string, since: number, spared: string | null): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  let count = 0;
  for (const name of names) {
    const path = join(folder, name);
    const info = await stat(path).catch(() => null);
    if (info === null || path === spared || info.mtimeMs > since) continue;
    await rm(path, { recursive: true, force: true });
    count += 1;
  }
  return count;
}

/** The store's own files in the making lie one folder above those of the pipeline. */
async function sweepTemp({ tempDir }: Context, since: number): Promise<number> {
  const above = dirname(tempDir);
  const own = await sweepFolder(tempDir, since, null);
  return basename(above) === TEMP_FOLDER ? own + (await sweepFolder(above, since, tempDir)) : own;
}

/** The sweep that follows a removal spares nothing but the head and what a build that began after it may be writing. Errors: as {@link sweep}. */
export async function sweepAllBefore(context: Context, committedAt: Date): Promise<Swept> {
  const filesUntil = context.clock.now().getTime() + GRACE_MS;
  return sweepBut(context, { versionsSince: Infinity, filesSince: committedAt.getTime(), filesUntil, temporarySince: Infinity });
}

/**
 * Removes what no catalog version of the last 24 hours names and no build of the last 24 hours may still be writing: table files, segments
 * of consumed raw objects, old catalog versions (a stub stays, so that no number is ever free again) and temporary files. Raw is never swept.
 */
export async function sweep(context: Context): Promise<Swept> {
  const since = context.clock.now().getTime() - GRACE_MS;
  return sweepBut(context, { versionsSince: since, filesSince: since, filesUntil: Infinity, temporarySince: since });
}

async function sweepBut(context: Context, spared: Spared): Promise<Swept> {
  const kept = await keptBy(context, spared.versionsSince);
  const tableFiles: string[] = [];
  let bytes = 0;
  for await (const { key, size } of context.store.list('tables/')) {
    if (kept.files.has(key) || !isOld(key.split('/').at(-2), spared)) continue;
    tableFiles.push(key);
    bytes += size;
  }
  const segments: string[] = [];
  for await (const { key } of context.store.list('catalog/segments/')) {
    if (!kept.segments.has(key) && isOld(key.split('/').at(-1), spared)) segments.push(key);
  }
  // Versions go first: a reader that finds a stub takes the head; one that finds a version finds its files.
  for (const key of kept.oldVersions) await context.store.put(key, new TextEncoder().encode(SWEPT_STUB));
  await removeAll(context, [...tableFiles, ...segments]);
  const copies = await context.keepCopies(kept.files);
  return {
    tableFiles: tableFiles.length,
    bytes,
    catalogVersions: kept.oldVersions.length,
    segments: segments.length,
    tempFiles: copies + (await sweepTemp(context, spared.temporarySince)),
  };
}
