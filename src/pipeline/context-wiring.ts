import type { Config } from '../config.ts';
import { createIds } from '../kernel/id.ts';
import { createLanding } from '../landing/raw-writer.ts';
import { createRemovals, withoutRemoved } from '../landing/removals.ts';
import { createSegmentFiles } from '../landing/segment-files.ts';
import { createVersions } from '../landing/versions.ts';
import { createCatalogStore } from '../tables/catalog-store.ts';
import { catalogText, parseCatalog } from '../tables/catalog-text.ts';
import type { Effects } from './app.ts';
import type { Context } from './context.ts';
import { createCredentials } from './credentials.ts';
import type { Lake } from './lake.ts';
import { createManners } from './manners.ts';
import { sourceOf } from './spotify-access.ts';

/** What the steps of the pipeline share, over that lake. Nothing is opened or created before a step needs it. */
export function createContext(config: Config, effects: Effects, { store, files, tempDir, keepCopies }: Lake): Context {
  const { clock, log, progress, fetch } = effects;
  const { accountsUrl, clientId } = config.spotify;
  const ids = createIds(clock);
  const removals = createRemovals(store);
  const versions = createVersions({ store, prefix: 'catalog/', parse: parseCatalog, serialise: catalogText });
  return {
    config,
    clock,
    ids,
    log,
    progress,
    fetch,
    tokens: new Map(),
    credentials: createCredentials({ folder: config.credentials, accountsUrl, clientId, clock, log }),
    manners: createManners({ config, store, clock, log, source: sourceOf(config) }),
    store,
    files,
    landing: withoutRemoved(createLanding({ store, clock, newLandedId: () => ids.runId(), tempDir }), removals),
    removals,
    catalog: createCatalogStore({ versions, segments: createSegmentFiles(store), clock, newSegmentName: ids.runId }),
    tempDir,
    keepCopies: keepCopies ?? (async () => 0),
    renewLease: async () => undefined,
  };
}
