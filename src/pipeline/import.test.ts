import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { createVirtualClock } from '../kernel/clock.ts';
import type { RunSummary } from '../tables/run-summary.ts';
import { lakeOfSavedTracks, type TestLake } from './testing.ts';

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
const importing = (...paths: readonly string[]): Promise<RunSummary> => lake.again().importFiles(paths, { account: null }, never);
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
