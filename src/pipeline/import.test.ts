import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { createVirtualClock } from '../kernel/clock.ts';
import type { RunSummary } from '../tables/run-summary.ts';
import type { Progress } from './app.ts';
import { lakeOfSavedTracks, savedTracks, type TestLake } from './testing.ts';

const never = new AbortController().signal;
const clock = createVirtualClock(new Date('2026-11-21T08:00:00Z'));

let lake: TestLake;
let folder: string;
beforeEach(async () => {
  lake = await lakeOfSavedTracks(clock);
  folder = mkdtempSync(join(tmpdir(), 'tonearm-export-'));
});
afterEach(() => lake.remove());

function history(count: number, more: Readonly<Record<string, unknown>> = {}, year = 2020): string {
  const records = Array.from({ length: count }, (_, at) => ({
    ts: `${year}-01-${String((at % 28) + 1).padStart(2, '0')}T10:00:00Z`,
    ms_played: 60_000 + at,
    ip_addr: '203.0.113.9',
    master_metadata_track_name: `Song ${at}`,
    spotify_track_uri: `spotify:track:${String(at).padStart(22, '0')}`,
    ...more,
  }));
  return JSON.stringify(records, null, 2);
}

async function zipped(name: string, files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const zip = new ZipFile();
  for (const [entry, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), entry, { mtime: new Date('2026-01-02T03:04:06Z') });
  zip.end();
  const path = join(folder, name);
  writeFileSync(path, await buffer(zip.outputStream));
  return path;
}
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}
/** The archive with the flag of encryption set on its entries: APPNOTE.TXT 4.4.4, in local headers and in the central directory. */
function encrypted(path: string): Buffer {
  const bytes = readFileSync(path);
  for (const [signature, offset] of [
    ['PK\u0003\u0004', 6],
    ['PK\u0001\u0002', 8],
  ] as const) {
    for (let at = bytes.indexOf(signature); at !== -1; at = bytes.indexOf(signature, at + 4))
      bytes.writeUInt16LE(bytes.readUInt16LE(at + offset) | 1, at + offset);
  }
  return bytes;
}
const importing = (...paths: readonly string[]): Promise<RunSummary> => lake.again().importFiles(paths, { account: null }, never);
const missing = ({ outcomes: all }: RunSummary): readonly string[] => all.map(({ message }) => message);
const outcomes = ({ files }: RunSummary): readonly string[] =>
  files.map(({ name, outcome, stream }) => `${name}: ${outcome} ${stream ?? '–'}`);

describe('a privacy export', () => {
  it('is landed as it was downloaded, in a zip, a folder or file by file, each file once', async () => {
    const [audio, short] = [history(3), JSON.stringify([{ endTime: '2020-01-01 10:00', artistName: 'a', trackName: 'b', msPlayed: 1 }])];
    const zip = await zipped('my_spotify_data.zip', {
      'Spotify Extended Streaming History/Streaming_History_Audio_2020_0.json': audio,
      'Spotify Extended Streaming History/Streaming_History_Video_2020.json': '[]',
      'Spotify Extended Streaming History/ReadMeFirst_ExtendedStreamingHistory.pdf': '%PDF',
    });
    file('unpacked/Spotify Account Data/StreamingHistory_music_0.json', short);
    file('unpacked/Spotify Account Data/Payments.json', '{"card": 1}');
    file('unpacked/MyData/endsong_0.json', audio);
    const packed = file('renamed.txt.gz', gzipSync(history(2, {}, 2021)));
    const summary = await importing(zip, join(folder, 'unpacked'), packed);
    expect(outcomes(summary)).toEqual([
      'my_spotify_data.zip!Spotify Extended Streaming History/Streaming_History_Audio_2020_0.json: landed extended_history',
      'my_spotify_data.zip!Spotify Extended Streaming History/Streaming_History_Video_2020.json: landed extended_history',
      'my_spotify_data.zip!Spotify Extended Streaming History/ReadMeFirst_ExtendedStreamingHistory.pdf: left_alone –',
      'unpacked/MyData/endsong_0.json: known extended_history',
      'unpacked/Spotify Account Data/Payments.json: left_alone –',
      'unpacked/Spotify Account Data/StreamingHistory_music_0.json: landed account_history',
      'renamed.txt.gz: landed extended_history',
    ]);
    expect((await lake.rawKeys()).filter((key) => key.includes('history'))).toHaveLength(4);
    expect(outcomes(await importing(zip)).slice(0, 2)).toEqual(
      outcomes(summary)
        .slice(0, 2)
        .map((told) => told.replace('landed', 'known')),
    );
  });
});

describe('a file of an export at fault', () => {
  it('is named with what to do, and the others are landed', async () => {
    const good = history(2);
    const zip = await zipped('data.zip', {
      'good.json': good,
      'inner.zip': 'x',
      'bad.json': history(300),
      'archive.bin': 'PK\u0003\u0004zip',
    });
    const bytes = readFileSync(zip);
    // Flips a bit in the packed bytes of the second history.
    const at = bytes.indexOf('bad.json') + 200;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(zip, bytes);
    const locked = file('locked.zip', encrypted(await zipped('plain.zip', { 'endsong_0.json': good })));
    const csv = file('Streaming_History_Audio_2020_1.json', 'ts,ms_played\n2020-01-01,1\n');
    const summary = await importing(zip, locked, csv, file('half.zip', readFileSync(zip).subarray(0, 100)));
    expect(summary.files.map(({ name, outcome, note }) => `${name}: ${outcome}, ${note?.slice(0, 44) ?? 'nothing odd'}`)).toEqual([
      'data.zip!good.json: landed, nothing odd',
      'data.zip!inner.zip: refused, an archive in an archive: unpack the outer o',
      expect.stringMatching(/^data.zip!bad.json: refused, .*damaged here: /),
      'data.zip!archive.bin: refused, an archive in an archive: unpack the outer o',
      'locked.zip!endsong_0.json: refused, encrypted: unpack the archive with its passw',
      expect.stringMatching(/^Streaming_History_Audio_2020_1.json: quarantined, not_json: not JSON/),
      expect.stringMatching(/^half.zip: refused, no readable zip archive: /),
    ]);
    expect(summary.outcome).toBe('done');
    expect(missing(summary)).toEqual([
      '5 files are not in the tables: data.zip!inner.zip, data.zip!bad.json, locked.zip!endsong_0.json and 2 more',
    ]);
  });

  it('is missing to whoever named it, or where its name or content says that it is a history; nothing else in a folder is', async () => {
    const good = history(1);
    file('in/Streaming_History_Audio_2021.json', 'ts,ms_played\n2020-01-01,1\n');
    file('in/YourLibrary.json', '{"tracks": [');
    file('in/cut.zip', readFileSync(await zipped('whole.zip', { 'endsong_0.json': good })).subarray(0, 60));
    for (const [name, content] of [
      ['notes.csv', 'a,b'],
      ['other.json', '{"a": 1}'],
      ['sheet.xlsx', 'PK\u0003\u0004'],
      ['.env', `refresh_token=${'x'.repeat(40)}`],
      ['Payments.json', '{"card'],
      ['endsong_1.json', good],
    ] as const)
      file(`in/${name}`, content);
    const summary = await importing(join(folder, 'in'));
    expect(missing(summary)).toEqual([
      '3 files are not in the tables: in/Streaming_History_Audio_2021.json, in/YourLibrary.json, in/cut.zip',
    ]);
    expect(summary).toMatchObject({ outcome: 'done', exitCode: 2, total: { kept: 1 } });
    for (const [name, isMissing] of [
      ['notes.csv', true],
      ['other.json', true],
      ['sheet.xlsx', true],
      ['.env', true],
      ['Payments.json', false],
      ['endsong_1.json', false],
    ] as const)
      expect([name, missing(await importing(join(folder, 'in', name)))]).toEqual([
        name,
        isMissing ? [`1 file is not in the tables: ${name}`] : [],
      ]);
  });

  it('ends a second import as it did the first', async () => {
    const csv = file('plays.csv', 'a,b');
    const [first, again] = [await importing(csv), await importing(csv)];
    expect(first.files).toMatchObject([{ outcome: 'quarantined', note: expect.stringMatching(/^not_json: /) }]);
    expect(again.files).toMatchObject([{ outcome: 'known', note: expect.stringMatching(/landed before; not_json: /) }]);
    expect(again.outcomes).toEqual(first.outcomes);
    expect(first.outcomes).toMatchObject([{ code: 'bad_input', exitCode: 2 }]);
  });

  it('would unpack to a bomb: nothing of the archive is read', async () => {
    const zip = await zipped('bomb.zip', { 'a.json': '[]', 'b.json': '[]' });
    const bytes = readFileSync(zip);
    // The unpacked size in the central directory, APPNOTE.TXT 4.3.12: 24 bytes from its signature.
    for (let at = bytes.indexOf('PK\u0001\u0002'); at !== -1; at = bytes.indexOf('PK\u0001\u0002', at + 4))
      bytes.writeUInt32LE(2 ** 31 - 1, at + 24);
    writeFileSync(zip, bytes);
    const [only, ...others] = (await importing(zip)).files;
    expect(others).toEqual([]);
    expect(only).toMatchObject({ name: 'bomb.zip', outcome: 'refused', note: expect.stringContaining('times its size') });
  });
});

describe('whose export it is', () => {
  it('is one user, or nothing is imported; named, it is at the word of whoever names it', async () => {
    const [ada, bob] = [file('a.json', history(1, { username: 'ada' })), file('b.json', history(2, { username: 'bob' }))];
    const before = await lake.rawKeys();
    await expect(importing(ada, bob)).rejects.toMatchObject({ code: 'usage', hint: 'if they all belong to me, say so: --account me' });
    expect(await lake.rawKeys()).toEqual(before);
    const named = await lake.again().importFiles([ada, bob], { account: 'me' }, never);
    expect(named.files.map(({ outcome }) => outcome)).toEqual(['landed', 'landed']);
  });
});

describe('a dry run', () => {
  it('tells what an import does, with the same numbers, and changes nothing', async () => {
    const paths = [await zipped('d.zip', { 'endsong_0.json': history(5) }), file('page.json', JSON.stringify(savedTracks(['three'])))];
    const everything = (): readonly string[] => readdirSync(lake.folder, { recursive: true, encoding: 'utf8' }).sort();
    const before = everything();
    const dry = await lake.again().importFiles(paths, { account: null, isDryRun: true }, never);
    expect(everything()).toEqual(before);
    const real = await importing(...paths);
    const { runId: _, isDryRun, ...told } = dry;
    expect(isDryRun).toBe(true);
    expect({ ...real, runId: '' }).toEqual({ ...told, runId: '' });
    expect(real.total.read).toBeGreaterThan(0);
  });

  it('makes no lake where there is none', async () => {
    const nowhere = join(folder, 'no-lake');
    const app = lake.again({}, { lake: nowhere });
    const { files } = await app.importFiles([file('endsong_1.json', history(1))], { account: null, isDryRun: true }, never);
    expect(files.map(({ outcome }) => outcome)).toEqual(['landed']);
    expect(existsSync(nowhere)).toBe(false);
  });
});

it('an import that was stopped before it built is finished by the next one, which tells of its files', async () => {
  const page = file('page.json', JSON.stringify(savedTracks(['four', 'five'])));
  const stop = new AbortController();
  const stopped = await lake
    .again({ progress: ({ done, total }) => done === total && stop.abort() })
    .importFiles([page], { account: null }, stop.signal);
  expect(stopped.outcome).toBe('cancelled');
  const { files, total } = await importing(page, page);
  expect(files.map(({ outcome, read }) => ({ outcome, read }))).toEqual([
    { outcome: 'known', read: 2 },
    { outcome: 'known', read: 0 },
  ]);
  expect(total.read).toBe(2);
});

it('tells of bytes as they go by, up to all there are', async () => {
  const told: Progress[] = [];
  const zip = await zipped('p.zip', { 'endsong_0.json': history(50), 'endsong_1.json': history(60), 'Payments.json': '{}' });
  await lake.again({ progress: (event) => told.push(event) }).importFiles([zip], { account: null }, never);
  const bytes = told.filter(({ step }) => step === 'import');
  const total = history(50).length + history(60).length + 2;
  expect(bytes.at(-1)).toEqual({ step: 'import', account: 'me', done: total, total, unit: 'bytes' });
  expect(bytes.map(({ done }) => done)).toEqual(bytes.map(({ done }) => done).toSorted((a, b) => a - b));
});
