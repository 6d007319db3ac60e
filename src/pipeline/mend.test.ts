import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../landing/memory-store.ts';
import type { Mended } from '../transform/stage.ts';
import { mendHistory } from './mend.ts';
import { recordText } from './quarantined-record.ts';

const play = (ms: number): string => `{"ts": "2020-01-01T00:00:00Z", "ms_played": ${ms}, "ip_addr": "203.0.113.9"}`;
const store = createMemoryStore();
const key = 'raw/extended_history/account=me/file/abc.json.gz';

async function mended(text: string): Promise<Mended> {
  await store.put(key, gzipSync(text));
  const tempDir = mkdtempSync(join(tmpdir(), 'tonearm-mend-'));
  return mendHistory({ store, tempDir }, { key, landedId: 'id' }, 'extended_history');
}
const read = ({ path }: Mended): unknown => JSON.parse(gunzipSync(readFileSync(path ?? '')).toString());
const shown = async (item: number): Promise<string> =>
  (await recordText(store, { rawKey: key, stream: 'extended_history', line: 1, item, field: '' }, 1_000)).text;

describe('a mended history', () => {
  it('has null in the place of each record at fault, and the others cut down to what is read', async () => {
    const copy = await mended(`[${play(1)}, ${play(-1)}, {"ts": oops}, ${play(2)}]`);
    expect(read(copy)).toEqual([{ ts: '2020-01-01T00:00:00Z', ms_played: 1 }, null, null, { ts: '2020-01-01T00:00:00Z', ms_played: 2 }]);
    expect(copy.quarantined).toMatchObject([
      { line: 1, list: '', item: 1, field: 'ms_played', code: 'bad_value' },
      { line: 1, list: '', item: 2, field: '', code: 'not_json' },
    ]);
  });

  it('that was cut keeps what comes before the cut', async () => {
    const copy = await mended(`[${play(1)}, ${play(2).slice(0, 40)}`);
    expect(read(copy)).toEqual([{ ts: '2020-01-01T00:00:00Z', ms_played: 1 }, null]);
    expect(copy.quarantined).toMatchObject([{ item: 1, code: 'truncated' }]);
  });

  it('may have lost everything', async () => {
    const copy = await mended('[');
    expect(read(copy)).toEqual([null]);
    expect(copy.quarantined).toMatchObject([{ item: 0, code: 'truncated' }]);
  });

  it('is empty where the file is', async () => {
    const copy = await mended('[]');
    expect({ read: read(copy), quarantined: copy.quarantined }).toEqual({ read: [], quarantined: [] });
  });

  it('tells nothing of what stands around a fault', async () => {
    const { quarantined } = await mended('[{"ip_addr":"203.0.113.9" "ts":"x"}, {"ip_addr":"203.0.113.9","ts":flase}]');
    expect(quarantined).toHaveLength(2);
    expect(JSON.stringify(quarantined)).not.toContain('203');
  });
});

describe('a record of a history at fault', () => {
  it('is shown as raw has it, whether or not it can be read', async () => {
    await mended(`[${play(1)}, ${play(-1)}, {"ts": oops}, ${play(2).slice(0, 40)}`);
    expect(JSON.parse(await shown(1))).toMatchObject({ ms_played: -1 });
    expect(await shown(2)).toBe('{"ts": oops}');
    expect(await shown(3)).toBe(play(2).slice(0, 40));
    expect(await shown(4)).toBe('');
  });
});
