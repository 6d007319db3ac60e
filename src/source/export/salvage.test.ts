import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryStream } from './history-contract.ts';
import { type Salvaged, salvage } from './salvage.ts';

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}
/** In small pieces where that is quick. */
async function salvaged(
  text: string | Uint8Array,
  size = text.length < 100_000 ? 7 : 65_536,
  stream: HistoryStream = 'extended_history',
): Promise<readonly Salvaged[]> {
  const all: Salvaged[] = [];
  for await (const some of salvage(stream, inPieces(Buffer.from(text), size))) all.push(...some);
  return all;
}
/** Each element as its `ms_played`, or as the code of what is wrong. */
async function told(text: string | Uint8Array): Promise<readonly (number | string)[]> {
  return (await salvaged(text)).map(({ json, faults }) => faults[0]?.code ?? (JSON.parse(json) as { ms_played: number }).ms_played);
}
const play = (ms: number, more = ''): string => `{"ts":"2020-01-01T00:00:00Z","ms_played":${ms}${more}}`;
const pretty = (ms: number, more = ''): string => `  {\n    "ts": "2020-01-01T00:00:00Z",\n    "ms_played": ${ms}${more}\n  }`;

describe('a history', () => {
  it.each([
    ['in one line', `[${play(1)},${play(2)}]`],
    ['over many lines', `[\n${pretty(1)},\n${pretty(2)}\n]\n`],
    ['after a byte order mark', `\ufeff[${play(1)},${play(2)}]`],
    ['with a comma too many', `[${play(1)},,${play(2)},]`],
    ['with a comma too few', `[${play(1)} ${play(2)}]`],
    ['with texts that look like ends', `[${play(1, ',"platform":"}, {\\"a\\\\"')},${play(2, ',"x":"]","y":{"z":[{},{"":1}]}')}]`],
  ])('is read to its end: %s', async (_, text) => {
    expect(await told(text)).toEqual([1, 2]);
  });

  it('may be empty', async () => {
    expect(await salvaged(' [ ] ')).toEqual([]);
  });

  it('is cut down to what is read of it', async () => {
    const [first] = await salvaged(`[${play(1, ',"ip_addr":"203.0.113.9","user_agent_decrypted":"x","shuffle":null')}]`);
    expect(JSON.parse(first?.json ?? '')).toEqual({ ts: '2020-01-01T00:00:00Z', ms_played: 1, shuffle: null });
  });

  it.each([
    ['a missing quote', `[${play(1)},{"ts":"2020,"ms_played":9},${play(2)}]`, [1, 'not_json', 2]],
    ['a missing last quote', `[${play(1)},{"ms_played":9,"ts":"2020},${play(2)},${play(3)}]`, [1, 'not_json', 2, 3]],
    ['a text that goes over a line', `[\n${pretty(1)},\n${pretty(9, ',\n "a": "x')},\n${pretty(2)}\n]`, [1, 'not_json', 2]],
    ['a missing closing brace', `[${play(1)},{"ms_played":9 ,${play(2)},${play(3)}]`, [1, 'not_json', 2, 3]],
    ['a missing opening brace', `[${play(1)},"ts":"x","ms_played":9},${play(2)}]`, [1, 'wrong_type', 'not_json', 2]],
    ['a word that is none', `[${play(1)},${play(9, ',"shuffle":flase')},${play(2)}]`, [1, 'not_json', 2]],
    ['garbage', `[${play(1)},\u0000\u0000\u0000},${play(2)}]`, [1, 'not_json', 2]],
    ['the last one', `[${play(1)},{"ts":"2020,"ms_played":9}]`, [1, 'not_json']],
    ['the first one', `[{"ts":"2020,"ms_played":9},${play(2)}]`, ['not_json', 2]],
    ['nested without end', `[${play(1)},{"a":${'['.repeat(100)}},${play(2)}]`, [1, 'not_json', 2]],
    ['larger than 1 MB', `[${play(1)},${play(9, `,"a":"${'x'.repeat(1_100_000)}"`)},${play(2)}]`, [1, 'bad_value', 2]],
    ['null', `[${play(1)},null,${play(2)}]`, [1, 'wrong_type', 2]],
    ['a number', `[3, ${play(2)}]`, ['wrong_type', 2]],
    ['a text after the end', `[${play(1)}] and more`, [1, 'truncated']],
  ])('loses one record to %s, and goes on', async (_, text, expected) => {
    expect(await told(text)).toEqual(expected);
  });

  it('loses one record to bytes that are no UTF-8', async () => {
    const text = Buffer.from(`[${play(1, ',"platform":"@"')},${play(2)}]`);
    text[text.indexOf('@')] = 0xff;
    expect(await told(text)).toEqual(['not_json', 2]);
  });

  it('that was cut ends with one record, the rest, with its place in the file', async () => {
    const whole = `[${play(1)},${play(2)}]`;
    const cut = whole.slice(0, -10);
    const [, second] = await salvaged(cut);
    const from = whole.indexOf(play(2));
    expect(second).toEqual({
      item: 1,
      json: 'null',
      faults: [{ field: '', code: 'truncated', message: `byte ${from} to ${cut.length - 1}: the file ends before its list does` }],
    });
    expect(await told(whole.slice(0, -1))).toEqual([1, 2, 'truncated']);
    expect(await told(`[${play(1)},`)).toEqual([1, 'truncated']);
    expect(await told('[')).toEqual(['truncated']);
  });
});

describe('a record at fault', () => {
  it.each([
    ['a time in 1970', '"ts":"1970-01-01T00:00:00Z","ms_played":1', 'ts', 'bad_value'],
    ['a time in 2100', '"ts":"2100-01-01T00:00:00Z","ms_played":1', 'ts', 'bad_value'],
    ['a day that is none', '"ts":"2021-02-29T00:00:00Z","ms_played":1', 'ts', 'bad_value'],
    ['a time without seconds', '"ts":"2021-02-28T00:00Z","ms_played":1', 'ts', 'bad_value'],
    ['no time', '"ms_played":1', 'ts', 'missing_field'],
    ['a number for a time', '"ts":1577836800,"ms_played":1', 'ts', 'wrong_type'],
    ['a negative duration', '"ts":"2020-01-01T00:00:00Z","ms_played":-1', 'ms_played', 'bad_value'],
    ['half a millisecond', '"ts":"2020-01-01T00:00:00Z","ms_played":1.5', 'ms_played', 'bad_value'],
    ['a duration beyond 2^53', '"ts":"2020-01-01T00:00:00Z","ms_played":9007199254740993', 'ms_played', 'bad_value'],
    ['more than 30 days', '"ts":"2020-01-01T00:00:00Z","ms_played":2592000001', 'ms_played', 'bad_value'],
    ['a duration in text', '"ts":"2020-01-01T00:00:00Z","ms_played":"1000"', 'ms_played', 'wrong_type'],
    ['no duration', '"ts":"2020-01-01T00:00:00Z"', 'ms_played', 'missing_field'],
    ['a text for a switch', '"ts":"2020-01-01T00:00:00Z","ms_played":1,"shuffle":"yes"', 'shuffle', 'wrong_type'],
    ['half of a surrogate pair', '"ts":"2020-01-01T00:00:00Z","ms_played":1,"platform":"\\ud800"', 'platform', 'lone_surrogate'],
  ])('is named with its field and its place: %s', async (_, fields, field, code) => {
    const [, second, third] = await salvaged(`[${play(1)},{${fields}},${play(2)}]`);
    const from = play(1).length + 2;
    const place = `byte ${from} to ${from + fields.length + 1}: `;
    expect(second).toMatchObject({ item: 1, json: 'null', faults: [{ field, code, message: expect.stringContaining(place) }] });
    expect(third).toMatchObject({ item: 2, faults: [] });
  });

  it.each([
    ['the first second of 2006', '"ts":"2006-01-01T00:00:00Z","ms_played":0'],
    ['the last of 2099, and 30 days of playing', '"ts":"2099-12-31T23:59:59Z","ms_played":2592000000'],
    ['half of a surrogate pair in what is not read', '"ts":"2020-01-01T00:00:00Z","ms_played":1,"user_agent_decrypted":"\\ud800"'],
  ])('is not one with %s', async (_, fields) => {
    expect(await salvaged(`[{${fields}}]`)).toMatchObject([{ faults: [] }]);
  });

  it('is judged by the contract of its own stream', async () => {
    const ends = ['2020-01-31 23:59', '2020-01-31 24:00', '2020-01-31T23:59:00Z', '1999-01-01 00:00'];
    const text = JSON.stringify(ends.map((endTime) => ({ endTime, trackName: 'a', artistName: 'b', msPlayed: 1 })));
    expect((await salvaged(text, 1_000, 'account_history')).map(({ faults }) => faults.map(({ field }) => field))).toEqual([
      [],
      ['endTime'],
      ['endTime'],
      ['endTime'],
    ]);
  });
});

describe('laws of salvage', () => {
  const record = fc.record({
    ts: fc.constant('2020-01-01T00:00:00Z'),
    ms_played: fc.nat(),
    platform: fc.string({ unit: 'grapheme' }),
    reason_end: fc.constantFrom('}, {"', '"', '\\', '\n', ']'),
  });
  const inAnyForm = fc.tuple(fc.array(record, { maxLength: 6 }), fc.integer({ min: 0, max: 2 }));

  it('what a parser reads is read the same', async () => {
    await fc.assert(
      fc.asyncProperty(inAnyForm, fc.integer({ min: 1, max: 60 }), async ([records, indent], size) => {
        const all = await salvaged(JSON.stringify(records, null, indent), size);
        expect(all.map(({ json }) => JSON.parse(json) as unknown)).toEqual(records);
      }),
    );
  });

  it('the elements of a damaged file do not depend on the pieces it comes in, and those before the damage are whole', async () => {
    const damage = fc.tuple(fc.nat(), fc.constantFrom('', '"', '{', '}', ']', '[', ',', '\\', '\n'));
    await fc.assert(
      fc.asyncProperty(inAnyForm, damage, fc.integer({ min: 1, max: 60 }), async ([records, indent], [where, what], size) => {
        const text = JSON.stringify(records, null, indent);
        const at = where % text.length;
        const damaged = text.slice(0, at) + what + (what === '' ? '' : text.slice(at + 1));
        const all = await salvaged(damaged, size);
        expect(all).toEqual(await salvaged(damaged, 1_000_000));
        const isBefore = (_: unknown, index: number): boolean => JSON.stringify(records.slice(0, index + 1)).length - 1 <= at;
        const before = indent === 0 ? records.filter(isBefore) : [];
        expect(all.slice(0, before.length).map(({ json }) => JSON.parse(json) as unknown)).toEqual(before);
      }),
    );
  });
});
