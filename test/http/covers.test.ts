import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CoversAnswer, ErrorAnswer, ReportAnswer } from '../../src/surfaces/http/answers.ts';
import { type ServerWorld, serverWorld } from './world.ts';

let world: ServerWorld;
beforeAll(async () => {
  world = await serverWorld({ isRead: true, settings: { dashboard: { covers: true, token: null } } });
});
afterAll(() => world.close());

/** `album/<id>` of the first row. */
async function firstOf(report: string): Promise<string> {
  const { columns, rows } = await world.json<ReportAnswer>(`/api/reports/${report}?limit=1`);
  const url = rows[0]?.[columns.findIndex(({ name }) => name === 'url')];
  return String(url).slice('https://open.spotify.com/'.length);
}

describe('covers', () => {
  it('are told of albums, and of tracks as those of their albums', async () => {
    const items = [await firstOf('top-albums'), await firstOf('top-tracks')];
    expect(items.map((item) => item.split('/')[0])).toEqual(['album', 'track']);
    const covers = await world.json<CoversAnswer>(`/api/covers?items=${items.join()},album/unknown`);
    expect(Object.keys(covers).sort()).toEqual(items.toSorted());
    expect(Object.values(covers).every((url) => url.startsWith('https://i.scdn.co/image/'))).toBe(true);
  });

  it.each(["album/1' or 1=1", 'playlist/1', 'album', Array(101).fill('album/1').join()])('are not told of %s', async (items) => {
    const response = await world.ask(`/api/covers?items=${encodeURIComponent(items)}`);
    expect([response.status, ((await response.json()) as ErrorAnswer).error.code]).toEqual([400, 'usage']);
  });

  it('are none where the settings do not allow them', async () => {
    const item = await firstOf('top-albums');
    const other = await serverWorld();
    expect(await other.json<CoversAnswer>(`/api/covers?items=${item}`)).toEqual({});
    await other.close();
  });
});
