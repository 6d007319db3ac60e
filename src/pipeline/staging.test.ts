import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../kernel/clock.ts';
import { createIds } from '../kernel/id.ts';
import { createMemoryStore } from '../landing/memory-store.ts';
import type { RawObject } from '../landing/raw.ts';
import { createLanding } from '../landing/raw-writer.ts';
import { createRemovals, withoutRemoved } from '../landing/removals.ts';
import { CONTRACT_VERSION } from '../source/contract.ts';
import { stageObject } from './staging.ts';

const never = new AbortController().signal;
const clock = createVirtualClock(new Date('2026-03-02T12:00:00Z'));
let tempDir = '';
beforeAll(async () => {
  tempDir = await mkdtemp(join(tmpdir(), 'tonearm-staging-'));
});
afterAll(() => rm(tempDir, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function landed(body: string, contract: number | null = null) {
  const store = createMemoryStore();
  const ids = createIds(clock);
  const runId = ids.runId();
  const removals = createRemovals(store);
  const landing = withoutRemoved(createLanding({ store, clock, newLandedId: () => ids.runId(), tempDir }), removals);
  const facts = { stream: 'saved_tracks', account: 'ada', source: 'web_api', runId, contract } as const;
  const writer = landing.openPages(facts);
  const request = { method: 'GET', path: '/me/tracks', query: {} };
  await writer.append({ observed_at: clock.now().toISOString(), request, status: 200, bytes: bytes(body) });
  const raw = (await writer.close()) as RawObject;
  return { store, removals, landing, raw, facts };
}

describe('an object that somebody was told of', () => {
  it('is sound where its bytes are those that were landed, and its records are looked at where nobody has', async () => {
    const page = JSON.stringify({ items: [{ added_at: 'x' }], total: 1, offset: 0, limit: 50, next: null, previous: null });
    const unseen = await landed(page);
    expect(await stageObject(unseen, unseen.raw.key, never)).toMatchObject({ outcome: 'sound', bytes: unseen.raw.bytes });
    expect((await stageObject(unseen, unseen.raw.key, never)).faults).toBeGreaterThan(0);
    const seen = await landed(page, CONTRACT_VERSION);
    expect(await stageObject(seen, seen.raw.key, never)).toMatchObject({ outcome: 'sound', faults: 0 });
    const { raw } = await seen.landing.landFile({
      ...{ ...seen.facts, format: 'object', name: 'a.json', observedAt: null, bytes: bytes('{}') },
    });
    expect(await stageObject(seen, raw.key, never)).toMatchObject({ outcome: 'sound', faults: null });
  });

  it('is damaged where it is cut, holds other bytes, or has no note', async () => {
    const { store, raw, ...place } = await landed('{}');
    for (const body of [gzipSync('{}').subarray(0, 9), gzipSync('{"other": 1}')]) {
      await store.put(raw.key, body);
      await expect(stageObject({ store, ...place }, raw.key, never)).rejects.toMatchObject({ code: 'corrupt' });
    }
    await store.remove([`landed/${raw.landedId}.json`]);
    await expect(stageObject({ store, ...place }, raw.key, never)).rejects.toThrow('has no landing note');
  });

  it('may be gone since, or removed, which is no fault', async () => {
    const { store, raw, ...place } = await landed('{}');
    const note = { verb: 'purge', at: clock.now().toISOString(), runId: raw.runId, account: 'ada', landed: [], closed: ['ada'] } as const;
    await place.removals.write(0, { ...note, landed: [], closed: ['ada'], requires: 1, rawObjects: 1, bytes: 1, rows: [] });
    expect(await stageObject({ store, ...place }, raw.key, never)).toMatchObject({ outcome: 'gone' });
    const other = await landed('{}');
    await other.store.remove([other.raw.key]);
    expect(await stageObject(other, other.raw.key, never)).toMatchObject({ outcome: 'gone' });
  });

  it('that is none of raw is refused by its key', async () => {
    const place = await landed('{}');
    for (const key of ['raw/notes.txt', `raw/saved_tracks/account=ada/file/${'a'.repeat(63)}.json.gz`, 'tables/x.parquet']) {
      await expect(stageObject(place, key, never)).rejects.toMatchObject({ code: 'bad_input' });
    }
  });
});
