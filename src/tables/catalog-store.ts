import type { Clock } from '../kernel/clock.ts';
import { PipelineError } from '../kernel/errors.ts';
import type { Versioned } from '../kernel/versioned.ts';
import type { Catalog, CatalogChange, CatalogStore, Consumed, ConsumedSegment } from './catalog.ts';
import { CATALOG_SCHEMA, EMPTY_CATALOG, partitionId, sortedPartitions } from './catalog-text.ts';
import { type ConsumedSegments, createConsumedSegments, type SegmentFiles } from './consumed-segments.ts';

/** Lost races before a commit gives up; each of them is another writer's success. */
const ATTEMPTS = 100;

export interface CatalogStoreOptions {
  readonly versions: Versioned<Catalog>;
  readonly segments: SegmentFiles;
  readonly clock: Clock;
  /** Unlike any name before, `[a-z0-9-]+`. */
  readonly newSegmentName: () => string;
}

const bug = (message: string): PipelineError => new PipelineError(message, { code: 'internal' });

/** A change that names a thing twice has no meaning that keeps the sums. */
function checkChange(base: Catalog, change: CatalogChange): void {
  const touched = [...change.replace.map(partitionId), ...change.drop];
  if (new Set(touched).size !== touched.length) throw bug(`run ${change.runId} replaces or drops a partition twice`);
  const rawKeys = change.consumed.map((one) => one.rawKey);
  if (new Set(rawKeys).size !== rawKeys.length) throw bug(`run ${change.runId} consumes a raw object twice`);
  const isSameVersions = base.contract === change.contract && base.rules === change.rules;
  if (base.version > 0 && change.whole !== true && !isSameVersions) {
    throw bug(`run ${change.runId} has other contract or rules than the catalog: only a whole rebuild may change them`);
  }
}

const buildIds = (catalog: Catalog): ReadonlyMap<string, string> =>
  new Map(catalog.partitions.map((one) => [partitionId(one), one.buildId]));

function isPartitionChanged(base: Catalog, head: Catalog, change: CatalogChange): boolean {
  const [before, now] = [buildIds(base), buildIds(head)];
  const ids = [...change.read, ...change.drop, ...change.replace.map(partitionId)];
  return ids.some((id) => before.get(id) !== now.get(id));
}

/** Whether a raw key is in a segment that `base` has not. Such a segment may be merged from older ones: what is in those, no change consumes. */
async function isConsumedSince(segments: ConsumedSegments, base: Catalog, head: Catalog, rawKeys: ReadonlySet<string>): Promise<boolean> {
  const before = new Set(base.consumed.map(({ key }) => key));
  for (const segment of head.consumed) {
    if (before.has(segment.key)) continue;
    if ((await segments.read(segment)).some(({ rawKey }) => rawKeys.has(rawKey))) return true;
  }
  return false;
}

/** `head` with the change on top; the change's own raw objects are in `consumed`. */
function next(head: Catalog, change: CatalogChange, consumed: readonly ConsumedSegment[], now: Date): Catalog {
  // Only a whole change forgets what was removed; any other one stands on a head that has forgotten no more than that.
  const removals = (change.whole === true ? change.removals : head.removals) ?? 0;
  const partitions = new Map(change.whole === true ? [] : head.partitions.map((one) => [partitionId(one), one]));
  for (const id of change.drop) partitions.delete(id);
  for (const one of change.replace) partitions.set(partitionId(one), one);
  return {
    version: head.version + 1,
    schema: CATALOG_SCHEMA,
    runId: change.runId,
    committedAt: now.toISOString(),
    contract: change.contract,
    rules: change.rules,
    partitions: sortedPartitions(partitions.values()),
    consumed,
    ...(removals === 0 ? {} : { removals }),
  };
}

/**
 * The catalog over a numbered series. It holds each raw key once, if a change consumes only what its base had not (two landing notes
 * may name one raw key). Segments of a commit that lost stay behind for the sweep.
 * Errors: `corrupt` naming a version or segment that cannot be read; `conflict` after {@link ATTEMPTS} lost races;
 * `internal` for a change that contradicts itself.
 */
export function createCatalogStore({ versions, segments: files, clock, newSegmentName }: CatalogStoreOptions): CatalogStore {
  const segments = createConsumedSegments(files, newSegmentName);

  async function current(): Promise<Catalog> {
    const head = await versions.read();
    if (head === null) return EMPTY_CATALOG;
    if (head.value.version === head.version) return head.value;
    throw new PipelineError(`version ${head.version} of the catalog says that it is ${head.value.version}`, {
      code: 'corrupt',
      hint: 'Restore the folder catalog/ from a backup, or run: tonearm rebuild',
    });
  }

  async function ground(): Promise<Catalog> {
    try {
      return await current();
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== 'corrupt') throw error;
      return { ...EMPTY_CATALOG, version: await versions.newest() };
    }
  }

  async function fits(base: Catalog, head: Catalog, change: CatalogChange): Promise<boolean> {
    if ((head.removals ?? 0) > (change.removals ?? 0)) return false;
    if (head.version === base.version) return true;
    if (change.whole === true || head.contract !== change.contract || head.rules !== change.rules) return false;
    if (isPartitionChanged(base, head, change)) return false;
    const rawKeys = new Set(change.consumed.map(({ rawKey }) => rawKey));
    return rawKeys.size === 0 || !(await isConsumedSince(segments, base, head, rawKeys));
  }

  async function commit(base: Catalog, change: CatalogChange): Promise<Catalog | 'conflict'> {
    checkChange(base, change);
    let own: readonly ConsumedSegment[] | null = null;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const head = await (change.whole === true ? ground() : current());
      if (!(await fits(base, head, change))) return 'conflict';
      own ??= await segments.write(change.consumed);
      const consumed = await segments.merge(change.whole === true ? own : [...head.consumed, ...own]);
      const catalog = next(head, change, consumed, clock.now());
      if ((await versions.write(head.version, catalog)) === 'written') return catalog;
    }
    throw new PipelineError(`other writers were first ${ATTEMPTS} times`, {
      code: 'conflict',
      retryable: true,
      hint: 'Run the command again.',
    });
  }

  return {
    current,
    ground,
    at: async (version) => (version === 0 ? EMPTY_CATALOG : versions.at(version)),
    commit,
    async *consumed(catalog, since = ''): AsyncGenerator<Consumed> {
      for (const segment of catalog.consumed) {
        if (segment.to < since) continue;
        for (const one of await segments.read(segment)) if (one.landedId >= since) yield one;
      }
    },
  };
}
