import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFsStore } from '../landing/fs-store.ts';
import { createFsLocalFiles } from '../landing/local-files.ts';
import { createOverlayLocalFiles, createOverlayStore } from '../landing/overlay-store.ts';
import { createLanding } from '../landing/raw-writer.ts';
import { createSegmentFiles } from '../landing/segment-files.ts';
import { createVersions } from '../landing/versions.ts';
import { createCatalogStore } from '../tables/catalog-store.ts';
import { catalogText, parseCatalog } from '../tables/catalog-text.ts';
import type { Context } from './context.ts';

/**
 * Does the work over a lake that shows this one and is thrown away: every number is that of the real thing, and nothing is changed. The
 * scratch is a folder for temporary files of this machine, and takes the room that the work itself would take.
 */
export async function withoutChange<T>(context: Context, work: (dry: Context) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'tonearm-dry-run-'));
  try {
    const above = createFsStore(join(scratch, 'lake'));
    const store = createOverlayStore(context.store, above);
    const { clock, ids } = context;
    const tempDir = join(scratch, 'work');
    const landing = createLanding({ store, clock, newLandedId: () => ids.runId(), tempDir });
    const landedHere = createLanding({ store: above, clock, newLandedId: () => ids.runId(), tempDir });
    const versions = createVersions({ store, prefix: 'catalog/', parse: parseCatalog, serialise: catalogText });
    return await work({
      ...context,
      // It shows the lake as it is.
      keptEngine: null,
      store,
      files: createOverlayLocalFiles(context.files, createFsLocalFiles(join(scratch, 'lake')), above),
      landing: {
        ...landing,
        // What the lake shows of itself, which may be less than it holds, and then what was landed here.
        landed: async function* (since) {
          yield* context.landing.landed(since);
          yield* landedHere.landed(since);
        },
      },
      catalog: createCatalogStore({ versions, segments: createSegmentFiles(store), clock, newSegmentName: ids.runId }),
      tempDir,
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
