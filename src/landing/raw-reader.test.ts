import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from './memory-store.ts';
import type { ObjectStore } from './object-store.ts';
import { readRawLines, readRawText, type TextLine } from './raw-reader.ts';

const KEY = 'raw/x/account=me/file/a.json.gz';
async function storeWith(packed: Uint8Array): Promise<ObjectStore> {
  const store = createMemoryStore();
  await store.put(KEY, packed);
  return store;
}
async function textOf(packed: Uint8Array): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readRawText(await storeWith(packed), KEY)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
async function linesOf(text: string | Uint8Array, limit?: number): Promise<readonly TextLine[]> {
  const lines: TextLine[] = [];
  for await (const line of readRawLines(await storeWith(gzipSync(text)), KEY, limit)) lines.push(line);
  return lines;
}
const corrupt = { code: 'corrupt', message: expect.stringContaining(KEY) };

describe('the text of a raw object', () => {
  it('is what was packed', async () => {
    const bytes = randomBytes(300_000);
    expect((await textOf(gzipSync(bytes))).equals(bytes)).toBe(true);
    expect((await textOf(gzipSync(''))).length).toBe(0);
  });

  it('is `corrupt` wherever the file is cut off', async () => {
    const whole = gzipSync('{"a":1}\n'.repeat(20));
    for (let length = 0; length < whole.length; length += 1) {
      await expect(textOf(whole.subarray(0, length)), `${length} of ${whole.length} bytes`).rejects.toMatchObject(corrupt);
    }
  });

  it('is `corrupt` when its checksum or length is wrong', async () => {
    const whole = gzipSync('{"a":1}\n'.repeat(20));
    for (const place of [whole.length - 8, whole.length - 1]) {
      const changed = Uint8Array.from(whole);
      changed[place] = (changed[place] ?? 0) ^ 1;
      await expect(textOf(changed)).rejects.toMatchObject(corrupt);
    }
  });

  it('is `corrupt` when it is no gzip, or absent', async () => {
    await expect(textOf(Buffer.from('{"plain":true}'))).rejects.toMatchObject(corrupt);
    await expect(readRawText(createMemoryStore(), KEY).next()).rejects.toMatchObject(corrupt);
  });

  it('may be left half-read', async () => {
    for await (const chunk of readRawText(await storeWith(gzipSync(randomBytes(500_000))), KEY)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
  });
});

describe('the lines of a raw object', () => {
  it('count from 1 and end at LF alone', async () => {
    expect(await linesOf('a\u2028b\u2029\u0085c\r\n\nlast\n')).toEqual([
      { line: 1, text: 'a\u2028b\u2029\u0085c\r' },
      { line: 2, text: '' },
      { line: 3, text: 'last' },
    ]);
    expect(await linesOf('no end')).toEqual([{ line: 1, text: 'no end' }]);
    expect(await linesOf('')).toEqual([]);
  });

  it('are those that were joined, however long', async () => {
    const line = fc.tuple(fc.string({ unit: 'binary' }), fc.constantFrom(1, 1, 20_000)).map(([text, times]) => {
      return text.replace(/[\n\ud800-\udfff]/g, '').repeat(times);
    });
    const property = fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (lines) => {
      const text = lines.map((text) => `${text}\n`).join('');
      expect((await linesOf(text)).map((read) => read.text)).toEqual(lines);
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it('have a limit', async () => {
    expect(await linesOf(`${'x'.repeat(100)}\n`, 100)).toHaveLength(1);
    const failure = { code: 'limit_exceeded', message: expect.stringContaining('line 2') };
    await expect(linesOf(`a\n${'x'.repeat(101)}\n`, 100)).rejects.toMatchObject(failure);
    await expect(linesOf(`a\n${'x'.repeat(200_000)}`, 100_000)).rejects.toMatchObject(failure);
  });

  it('are `corrupt` where they are no UTF-8', async () => {
    await expect(linesOf(Buffer.from([0x61, 0x0a, 0xff, 0x0a]))).rejects.toMatchObject(corrupt);
  });
});
