import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../kernel/clock.ts';
import { createLanding } from '../landing/raw-writer.ts';
import type { Lineage } from './findings.ts';
import { lakeOfSavedTracks, savedTracks, type TestLake } from './testing.ts';

const never = new AbortController().signal;
const TOKEN = `BQ${'x'.repeat(120)}`;

describe('why a row is there', () => {
  const clock = createVirtualClock(new Date('2026-11-21T10:00:00Z'));
  let lake: TestLake;
  beforeAll(async () => {
    lake = await lakeOfSavedTracks(clock);
    const landing = createLanding({
      store: lake.app.store,
      clock,
      newLandedId: () => '20261121t110000000z-0badcafe',
      tempDir: join(lake.folder, '.tmp/work'),
    });
    const pages = landing.openPages({ stream: 'saved_tracks', account: 'me', source: 'web_api', runId: 'run', contract: null });
    for (const [offset, name] of [
      [0, 'polled'],
      [50, 'second'],
    ] as const) {
      await pages.append({
        observed_at: '2026-11-21T11:00:00.000Z',
        request: { method: 'GET', path: '/me/tracks', query: { limit: '50', offset: String(offset) } },
        status: 200,
        bytes: new TextEncoder().encode(JSON.stringify({ ...(savedTracks([name]) as object), offset, access_token: TOKEN })),
      });
    }
    await pages.close();
    const built = await lake.app.run({ accounts: [], streams: [] }, never);
    expect(built.outcomes).toEqual([]);
  });
  afterAll(() => lake.remove());
  const why = (table: string, ...key: string[]): Promise<Lineage> => lake.app.why({ table, key }, never);

  it('leads to the line, request and element of an answer', async () => {
    const { row, raw } = await why('tracks', 'second');
    expect(row).toMatchObject({ track_id: 'second', name: 'second', _raw_line: 2, _raw_item: 0 });
    expect(raw).toMatchObject({
      key: expect.stringMatching(/^raw\/saved_tracks\/account=me\/dt=2026-11-21\//),
      line: 2,
      item: 0,
      stream: 'saved_tracks',
      request: { method: 'GET', path: '/me/tracks', query: { limit: '50', offset: '50' } },
      status: 200,
      observedAt: '2026-11-21T11:00:00.000Z',
      record: { form: 'json', isCut: false },
    });
    expect(JSON.parse(raw?.record.text ?? '')).toMatchObject({ added_at: '2026-01-01T10:00:00Z', track: { id: 'second' } });
  });

  it('leads to the element of an imported file', async () => {
    const { raw } = await why('saved_items', 'item_uri=spotify:track:two');
    expect(raw).toMatchObject({ line: 1, item: 1, request: null, status: null, observedAt: null });
    expect(JSON.parse(raw?.record.text ?? '')).toMatchObject({ track: { id: 'two' } });
  });

  it('hides what looks like a token', async () => {
    const { raw } = await why('looks', 'list_kind=saved_tracks', 'observed_at=2026-11-21T11:00:00Z');
    expect(raw?.record.text).toContain('"access_token": "[hidden]"');
    expect(raw?.record.text).not.toContain(TOKEN);
  });

  it('takes null for no value, and the values of the key in their order', async () => {
    const { row } = await why('looks', 'saved_tracks', 'me', 'me', 'null');
    expect(row).toMatchObject({ observed_at: null, is_complete: true, item_count: 2 });
  });

  it.each([
    [['songs', 'x'], 'usage', 'songs is a view', 'Ask for a row of'],
    [['runs', 'x'], 'usage', 'runs is a view', 'runs/'],
    [['trakcs', 'x'], 'not_found', 'there is no table trakcs', 'tracks'],
    [['tracks', 'nobody'], 'not_found', 'no row of tracks has track_id=nobody', 'track_id'],
    [['saved_items', 'me'], 'usage', 'several rows of saved_items have account_id=me', 'item_uri'],
    [['tracks', 'a', 'b'], 'usage', 'a b is no key of tracks', 'track_id'],
    [['tracks', 'track_id=one', 'b'], 'usage', 'is no key of tracks', 'track_id'],
  ])('refuses %j', async ([table = '', ...key], code, message, hint) => {
    await expect(why(table, ...key)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });

  it('says that raw is gone', async () => {
    const { raw } = await why('tracks', 'one');
    rmSync(join(lake.folder, raw?.key ?? ''));
    await expect(why('tracks', 'one')).rejects.toMatchObject({ code: 'corrupt', message: `${raw?.key} is damaged: it is missing` });
  });
});
