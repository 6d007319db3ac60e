import { describe, expect, it } from 'vitest';
import type { Consumed, ConsumedSegment } from './catalog.ts';
import { type ConsumedSegments, createConsumedSegments, FAN_IN, LONGEST } from './consumed-segments.ts';

function consumedOf(n: number): Consumed {
  const id = String(n).padStart(8, '0');
  const tally = { read: 2, kept: 1, merged: 0, duplicate: 0, filtered: 1, quarantined: 0 };
  return { landedId: `t-${id}`, rawKey: `raw/${id}`, stream: 'tracks', account: 'me', runId: 'run-1', tally };
}
const range = (from: number, count: number): readonly Consumed[] => Array.from({ length: count }, (_, n) => consumedOf(from + n));

function bench(): { files: Map<string, string>; segments: ConsumedSegments } {
  const files = new Map<string, string>();
  let names = 0;
  const segments = createConsumedSegments(
    {
      write: async (key, text) => {
        files.set(key, text);
      },
      read: async (key) => files.get(key) ?? null,
    },
    () => `s${++names}`,
  );
  return { files, segments };
}

async function allOf(segments: ConsumedSegments, list: readonly ConsumedSegment[]): Promise<readonly string[]> {
  const keys: string[] = [];
  for (const segment of list) for (const { rawKey } of await segments.read(segment)) keys.push(rawKey);
  return keys;
}

describe('segments of consumed raw objects', () => {
  it('are one file, ascending, one raw object a line', async () => {
    const { files, segments } = bench();
    const written = await segments.write([consumedOf(3), consumedOf(1), consumedOf(2)]);
    expect(written).toEqual([{ key: 'catalog/segments/s1.ndjson', from: 't-00000001', to: 't-00000003', count: 3 }]);
    expect(files.get('catalog/segments/s1.ndjson')?.split('\n')[0]).toBe(
      '{"landedId":"t-00000001","rawKey":"raw/00000001","stream":"tracks","account":"me","runId":"run-1",' +
        '"tally":{"read":2,"kept":1,"merged":0,"duplicate":0,"filtered":1,"quarantined":0}}',
    );
    const [segment] = written;
    expect(segment && (await segments.read(segment))).toEqual(range(1, 3));
  });

  it('are none for nothing', async () => {
    const { files, segments } = bench();
    expect(await segments.write([])).toEqual([]);
    expect(files.size).toBe(0);
  });

  it('are no longer than a reader of the newest wants', async () => {
    const { segments } = bench();
    const written = await segments.write(range(0, LONGEST + 5));
    expect(written.map(({ from, to, count }) => [from, to, count])).toEqual([
      ['t-00000000', 't-00009999', LONGEST],
      ['t-00010000', 't-00010004', 5],
    ]);
  });

  it('stay as they are below a hundred of one size', async () => {
    const { segments } = bench();
    const list: ConsumedSegment[] = [];
    for (let n = 0; n < FAN_IN - 1; n += 1) list.push(...(await segments.write(range(n, 1))));
    list.push(...(await segments.write(range(1000, FAN_IN))));
    expect(await segments.merge([...list].reverse())).toEqual(list);
  });

  it('become one at a hundred of one size, with the right bounds', async () => {
    const { segments } = bench();
    const list: ConsumedSegment[] = [...(await segments.write(range(1000, FAN_IN)))];
    for (let n = 0; n < FAN_IN; n += 1) list.push(...(await segments.write(range(n * 2, 2))));
    const merged = await segments.merge(list);
    expect(merged.map(({ from, to, count }) => [from, to, count])).toEqual([
      ['t-00000000', 't-00000199', 200],
      ['t-00001000', 't-00001099', 100],
    ]);
    expect(await allOf(segments, merged)).toEqual([...range(0, 200), ...range(1000, 100)].map((one) => one.rawKey));
  });

  it('merge tier by tier, and never again once they are longest', async () => {
    const { segments } = bench();
    const list: ConsumedSegment[] = [];
    for (let n = 0; n < FAN_IN - 1; n += 1) list.push(...(await segments.write(range(n * FAN_IN, FAN_IN))));
    for (let n = 0; n < FAN_IN; n += 1) list.push(...(await segments.write(range((FAN_IN - 1) * FAN_IN + n, 1))));
    const merged = await segments.merge(list);
    expect(merged.map(({ count }) => count)).toEqual([LONGEST]);
    expect(await allOf(segments, merged)).toEqual(range(0, LONGEST).map((one) => one.rawKey));
    const longest = Array.from({ length: FAN_IN }, (_, n) => ({ key: `k${n}`, from: `t-${100 + n}`, to: `t-${100 + n}`, count: LONGEST }));
    expect(await segments.merge(longest)).toEqual(longest);
  });

  it.each([
    ['missing', () => null],
    ['cut in half', (text: string) => text.slice(0, text.length / 2)],
    ['cut between two lines', (text: string) => text.split('\n').slice(0, 2).join('\n').concat('\n')],
    ['something else', (text: string) => text.replaceAll('landedId', 'id')],
  ])('are `corrupt`, naming the key, when the file is %s', async (_, damage) => {
    const { files, segments } = bench();
    const [segment] = await segments.write(range(0, 3));
    const key = 'catalog/segments/s1.ndjson';
    const damaged = damage(files.get(key) ?? '');
    if (damaged === null) files.delete(key);
    else files.set(key, damaged);
    if (segment === undefined) throw new Error('nothing was written');
    await expect(segments.read(segment)).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining(key) });
  });
});
