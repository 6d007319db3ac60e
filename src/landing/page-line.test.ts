import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePageLine, LINE_BYTES, type PageLine } from './page-line.ts';

const page = (bytes: Uint8Array | null): PageLine => ({
  observed_at: '2026-11-21T08:00:00.000Z',
  request: { method: 'GET', path: '/me/tracks', query: { limit: '50', offset: '0' } },
  status: 200,
  bytes,
});
const textOf = (bytes: Uint8Array | null): string => Buffer.from(encodePageLine(1, page(bytes))).toString('utf8');
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** JSON text with space of every kind between its tokens; strings with escaped and raw characters of every plane. */
const jsonText = fc
  .tuple(
    fc.jsonValue({ stringUnit: 'binary' }),
    fc.array(fc.constantFrom(' ', '\t', '\n', '\r', '\r\n', ''), { minLength: 1 }),
    fc.boolean(),
  )
  .map(([value, spaces, isRaw]) => {
    const pretty = JSON.stringify(value, null, '\n');
    let n = 0;
    const spaced = pretty.replace(/\n+/g, () => spaces[n++ % spaces.length] ?? '');
    return isRaw ? spaced : spaced.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  });

describe('a page as a line', () => {
  it('has the envelope, then the body as received, then its hash', () => {
    const bytes = Buffer.from('{ "items" : [1.0, 1e2] }');
    expect(
      Buffer.from(encodePageLine(3, { ...page(bytes), etag: 'W/"x"', walk: { started_at: '2026-11-21T07:59:00Z', seq: 2 } })).toString(),
    ).toBe(
      '{"line":3,"observed_at":"2026-11-21T08:00:00.000Z","request":{"method":"GET","path":"/me/tracks","query":{"limit":"50","offset":"0"}},' +
        '"status":200,"etag":"W/\\"x\\"","walk":{"started_at":"2026-11-21T07:59:00Z","seq":2},' +
        `"body":{ "items" : [1.0, 1e2] },"body_sha256":"${sha256(bytes)}"}\n`,
    );
  });

  it('keeps every byte of any JSON text but CR and LF, and means the same', () => {
    const property = fc.property(jsonText, (text) => {
      const bytes = Buffer.from(text);
      const line = textOf(bytes);
      expect(line.indexOf('\n')).toBe(line.length - 1);
      expect(line).toContain(`,"body":${text.replace(/[\r\n]/g, ' ')},"body_sha256":"${sha256(bytes)}"}`);
      const read = JSON.parse(line) as { body: unknown };
      expect(read.body).toEqual(JSON.parse(text));
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('keeps escapes of lone surrogates as text', () => {
    expect(textOf(Buffer.from('{"name":"\\ud800 and \\udfff"}'))).toContain('"body":{"name":"\\ud800 and \\udfff"}');
  });

  it('keeps line separators of Unicode within strings', () => {
    expect(textOf(Buffer.from('["\u2028\u2029\u0085"]'))).toContain('"body":["\u2028\u2029\u0085"]');
  });

  it.each([
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ['a surrogate encoded as UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['HTML', Buffer.from('<html>\n</html>')],
    ['JSON cut off', Buffer.from('{"items":[1,')],
    ['a raw line end within a string', Buffer.from('["a\nb"]')],
    ['a byte order mark', Buffer.from('\ufeff{}')],
    ['white space', Buffer.from(' \n')],
  ])('keeps %s as base64', (_, bytes) => {
    const read = JSON.parse(textOf(bytes)) as Record<string, unknown>;
    expect(read).not.toHaveProperty('body');
    expect(Buffer.from(String(read.body_base64), 'base64').equals(bytes)).toBe(true);
    expect(read.body_sha256).toBe(sha256(bytes));
  });

  it.each([
    ['null', null],
    ['no bytes', new Uint8Array()],
  ])('has no body where the answer had none (%s)', (_, bytes) => {
    const read = JSON.parse(textOf(bytes)) as Record<string, unknown>;
    expect(Object.keys(read)).toEqual(['line', 'observed_at', 'request', 'status', 'body_sha256']);
    expect(read.body_sha256).toBe(EMPTY_SHA256);
  });

  it('does not change the bytes it was given', () => {
    const bytes = Buffer.from('[\r\n]');
    encodePageLine(1, page(bytes));
    expect(bytes.toString()).toBe('[\r\n]');
  });

  it('refuses what no reader would take', () => {
    const huge = Buffer.alloc(LINE_BYTES, 'x');
    expect(() => encodePageLine(1, page(huge))).toThrow(expect.objectContaining({ code: 'limit_exceeded' }));
  });
});
