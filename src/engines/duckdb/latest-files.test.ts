import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { latestSelect } from '../../tables/latest.ts';
import { tableNamed } from '../../tables/star-schema.ts';
import { createSampleLake, type SampleRow } from '../testing.ts';
import { createDuckDbEngine } from './engine.ts';

const LIMITS = { rows: 1_000, bytes: 1_000_000, ms: 60_000 };

const at = fc.constantFrom('2026-01-01 00:00:00', '2026-01-02 00:00:00');
const shape = fc.constantFrom(1, 3);
const observed = { track_id: fc.constantFrom('a', 'b', 'c', 'd'), _observed_at: at };
const core = { name: fc.constantFrom('one', 'two', null), _core_at: at, _core_shape: shape };
const ids = { isrc: fc.constantFrom('QZ1', 'QZ2', null), _ids_at: at, _ids_shape: shape };

/** A row of a track: of column groups that are present, or not, seen at one of a few times, so that files agree, differ and tie. */
const row = fc.oneof(fc.record({ ...observed, ...core }), fc.record({ ...observed, ...ids }), fc.record({ ...observed, ...core, ...ids }));

/** As a build writes it: a key is in a file once, and a group that is absent is null. */
const file = fc.uniqueArray(row, { selector: ({ track_id }) => track_id, minLength: 1, maxLength: 4 });

async function answers(files: readonly (readonly SampleRow[])[]): Promise<readonly (readonly unknown[])[]> {
  const lake = await createSampleLake(await mkdtemp(join(tmpdir(), 'tonearm-latest-')));
  const engine = createDuckDbEngine({ ...lake, memoryLimit: '300MB', threads: 1, tempDir: join(lake.folder, 'spill') });
  try {
    for (const rows of files) await lake.add('tracks', rows);
    const merged = latestSelect(tableNamed('tracks'), 'files.tracks');
    const texts = ['select * from stored.tracks order by track_id', `select * from (${merged}) order by track_id`];
    const found: unknown[][] = [];
    for (const sql of texts) {
      const result = await engine.query({ sql, params: {}, limits: LIMITS, trust: 'ours' }, new AbortController().signal);
      const rows: unknown[] = [];
      for await (const batch of result.batches) rows.push(...batch);
      found.push([result.columns, ...rows]);
    }
    return found;
  } finally {
    await engine.close();
    await rm(lake.folder, { recursive: true, force: true });
  }
}

it('merges only keys that later files name, and shows what a merge of all rows shows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 3 }), async (files) => {
      const [shown, merged] = await answers(files);
      expect(shown?.length).toBeGreaterThan(1);
      expect(shown).toEqual(merged);
    }),
    { numRuns: 15 },
  );
});
