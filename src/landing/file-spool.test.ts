import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { crc32, deflateRawSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FileStream, spoolFile } from './file-spool.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tonearm-spool-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const never = new AbortController().signal;
const content = Buffer.from(`[${'{"ts":"2020-01-01T00:00:00Z"},'.repeat(9_000)}{}]`);
const expected = { bytes: content.length, crc32: crc32(content) };

function inPieces(bytes: Uint8Array): Readable {
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; from += 1_000) pieces.push(bytes.subarray(from, from + 1_000));
  return Readable.from(pieces);
}
const entry = (facts: Partial<FileStream> = {}): FileStream => ({
  bytes: inPieces(deflateRawSync(content)),
  packing: 'deflate',
  expected,
  ...facts,
});

describe('a file on its way in', () => {
  it.each([
    ['plain', { bytes: inPieces(content), packing: 'none', expected: null }],
    ['an entry of an archive that is stored', { bytes: inPieces(content), packing: 'none', expected }],
    ['an entry of an archive that is packed', entry()],
  ] as const)('becomes gzip, measured, with its two ends: %s', async (_, file) => {
    const { file: path, bytes, sha256, ends } = await spoolFile(folder, file, never);
    expect(Buffer.compare(gunzipSync(await readFile(path)), content)).toBe(0);
    expect({ bytes, sha256 }).toEqual({ bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
    expect(Buffer.compare(ends.first, content.subarray(0, 64 * 1024))).toBe(0);
    expect(Buffer.compare(ends.last, content.subarray(-64 * 1024))).toBe(0);
    await rm(path);
  });

  it('keeps the packed bytes of an archive as they are', async () => {
    const { file } = await spoolFile(folder, entry(), never);
    const stored = await readFile(file);
    expect(Buffer.compare(stored.subarray(10, -8), deflateRawSync(content))).toBe(0);
    await rm(file);
  });

  it('may be empty', async () => {
    const nothing = { bytes: Readable.from([]), packing: 'none', expected: null } as const;
    const { file, bytes, ends } = await spoolFile(folder, nothing, never);
    expect({ bytes, first: ends.first.length, packed: gunzipSync(await readFile(file)).length }).toEqual({ bytes: 0, first: 0, packed: 0 });
    await rm(file);
  });

  it.each([
    ['another checksum', entry({ expected: { ...expected, crc32: 7 } }), 'its checksum does not fit'],
    ['more than the archive says', entry({ expected: { ...expected, bytes: 100 } }), 'it unpacks to more than it says'],
    ['less than the archive says', entry({ expected: { ...expected, bytes: content.length + 1 } }), 'its checksum does not fit'],
    ['a cut stream', entry({ bytes: inPieces(deflateRawSync(content).subarray(0, 100)) }), 'unexpected end of file'],
    ['no deflate', entry({ bytes: inPieces(randomBytes(1_000).fill(0xff, 0, 2)) }), 'invalid'],
    ['bytes after its end', entry({ bytes: Readable.from([deflateRawSync(content), Buffer.from('more')]) }), 'it goes on after its end'],
    [
      'a source that fails',
      entry({
        packing: 'none',
        bytes: new Readable({
          read() {
            this.destroy(new Error('gone'));
          },
        }),
      }),
      'gone',
    ],
  ])('is refused as damaged, and leaves nothing: %s', async (_, file, message) => {
    await expect(spoolFile(folder, file, never)).rejects.toMatchObject({ code: 'bad_input', message: expect.stringContaining(message) });
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['none', 'deflate'] as const)('ends when it is told to, and leaves nothing: %s', async (packing) => {
    const stop = new AbortController();
    async function* endless(): AsyncGenerator<Buffer> {
      for (let at = 0; ; at += 1) {
        if (at === 3) stop.abort();
        yield deflateRawSync(randomBytes(10_000)).subarray(0, 9_000);
      }
    }
    const file = { bytes: Readable.from(endless()), packing, expected: null };
    await expect(spoolFile(folder, file, stop.signal)).rejects.toThrow();
    expect(await readdir(folder)).toEqual([]);
  });
});
