import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import type { App } from '../../pipeline/app.ts';
import { changedTables, type LakeVersion, lakeVersion } from '../../pipeline/lake-version.ts';
import type { CatalogEvent } from './answers.ts';

/** The newest version of the lake, whoever made it. */
export interface LakeWatch {
  /** As it was a moment ago at most. Errors: those of the catalog. */
  current(): Promise<LakeVersion>;
  /** As it is now. */
  look(): Promise<LakeVersion>;
  /** Looks again and again while somebody wants to be told. Never throws. */
  keepLooking(isWanted: () => boolean, signal: AbortSignal): Promise<void>;
}

export interface LakeWatchOptions {
  readonly app: Pick<App, 'catalog' | 'store' | 'config'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Answers worked out before are those of another lake. */
  readonly onChange: () => void;
  readonly onCatalog: (event: CatalogEvent) => void;
}

const FRESH_MS = 1_000;
const LOOK_EVERY_MS = 3_000;
/** Each look at a bucket is some requests, which cost money: half a dollar a month at this pace, and only while a page is open. */
const LOOK_AT_BUCKET_EVERY_MS = 30_000;

export function createLakeWatch({ app, clock, log, onChange, onCatalog }: LakeWatchOptions): LakeWatch {
  const isBucket = app.config.bucket !== undefined;
  let known: { readonly version: LakeVersion; readonly at: number } | null = null;
  let looking: Promise<LakeVersion> | null = null;

  function see(version: LakeVersion): LakeVersion {
    const before = known?.version ?? null;
    known = { version, at: clock.now().getTime() };
    if (before === null) return version;
    const isOther = before.catalog.version !== version.catalog.version;
    if (isOther || before.rules !== version.rules || before.run !== version.run) onChange();
    if (isOther) onCatalog({ version: version.catalog.version, tables: changedTables(before.catalog, version.catalog) });
    return version;
  }

  function glance(): Promise<LakeVersion> {
    looking ??= lakeVersion(app, clock)
      .then(see)
      .finally(() => {
        looking = null;
      });
    return looking;
  }

  /** A glance that began before may have missed what is asked about. */
  async function look(): Promise<LakeVersion> {
    await looking?.catch(() => undefined);
    return glance();
  }

  return {
    look,
    current: async () => {
      const isFresh = known !== null && Math.abs(clock.now().getTime() - known.at) < FRESH_MS;
      return isFresh && known !== null ? known.version : glance();
    },
    keepLooking: async (isWanted, signal) => {
      while (isWanted() && !signal.aborted) {
        try {
          await look();
          await clock.sleep(isBucket ? LOOK_AT_BUCKET_EVERY_MS : LOOK_EVERY_MS, signal);
        } catch (error) {
          if (signal.aborted) return;
          log.warn('the catalog could not be read', { cause: String(error) });
          await clock.sleep(LOOK_AT_BUCKET_EVERY_MS, signal).catch(() => undefined);
        }
      }
    },
  };
}
