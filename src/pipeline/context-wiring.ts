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
import { type Credentials, createCredentials, createVaultCredentials } from './credentials.ts';
import type { Lake } from './lake.ts';
import { createManners } from './manners.ts';
import { secretsVault } from './secrets-manager.ts';
import { sourceOf } from './spotify-access.ts';

function credentialsOf({ spotify, secrets, credentials: folder }: Config, { clock, log }: Effects, store: Context['store']): Credentials {
  const { accountsUrl, clientId } = spotify;
  if (secrets === undefined) return createCredentials({ folder, accountsUrl, clientId, clock, log });
  return createVaultCredentials(secretsVault({ ...secrets, accountsUrl, clientId }, { store, clock }), { clientId, clock, log });
}

/** What the steps of the pipeline share, over that lake. Nothing is opened or created before a step needs it. */
export function createContext(config: Config, effects: Effects, { store, files, tempDir, keepCopies }: Lake): Context {
  const { clock, log, progress, fetch } = effects;
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
    credentials: credentialsOf(config, effects, store),
    manners: createManners({ config, store, clock, log, source: sourceOf(config) }),
    store,
    files,
    landing: withoutRemoved(createLanding({ store, clock, newLandedId: () => ids.runId(), tempDir }), removals),
    removals,
    catalog: createCatalogStore({ versions, segments: createSegmentFiles(store), clock, newSegmentName: ids.runId }),
    keptEngine: null,
    tempDir,
    keepCopies: keepCopies ?? (async () => 0),
    renewLease: async () => undefined,
  };
}
