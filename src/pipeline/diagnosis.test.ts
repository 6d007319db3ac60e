import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { diagnose } from './diagnosis.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const track = '{"type":"track","id":"t1","uri":"spotify:track:t1","name":"A","artists":[]}';

describe('a file', () => {
  it.each([
    ['a track', bytes(track), { kind: 'body', stream: 'tracks' }],
    ['a track in gzip', gzipSync(track), { kind: 'body', stream: 'tracks' }],
    ['a track after a byte order mark', bytes(`\ufeff${track}`), { kind: 'body', stream: 'tracks' }],
    ['a track in a file called as one of the export', bytes(track), { kind: 'body', stream: 'tracks' }, 'Playlist1.json'],
    ['nothing', bytes(''), { kind: 'unplaced', code: 'empty' }],
    ['half a gzip', gzipSync(track).subarray(0, 20), { kind: 'unplaced', code: 'truncated' }],
    ['half of JSON', bytes('{"items": ['), { kind: 'unplaced', code: 'truncated' }],
    ['no JSON', bytes('a,b,c'), { kind: 'unplaced', code: 'not_json' }],
    [
      'no UTF-8',
      new Uint8Array([0x7b, 0x22, 0xff, 0x22]),
      { kind: 'unplaced', code: 'not_json', message: expect.stringContaining('byte 2') },
    ],
    ['some other JSON', bytes('{"a":1}'), { kind: 'unplaced', code: 'unknown_shape' }],
    ['a token', bytes('{"access_token":"x","token_type":"Bearer"}'), { kind: 'refused' }],
  ])('that holds %s is told as that', (_, content, expected, name = 'file.json') => {
    expect(diagnose(content, name)).toMatchObject(expected);
  });
});
