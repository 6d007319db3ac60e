/** An extended streaming history of any length, the same for the same length: what Spotify sends, about 600 bytes a record. */
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { createNumbers, nameOf } from './numbers.mjs';

const RECORDS_A_FILE = 20_000;
const START = Date.UTC(2006, 9, 7);
const SPAN = 20 * 365 * 24 * 60 * 60 * 1000;
const TRACKS = 45_000;
const PLATFORMS = ['android', 'ios', 'windows', 'Android OS 7.0 API 24 (motorola, Moto G (5) Plus)', 'web_player windows 10;chrome 74.0'];
const ENDS = ['trackdone', 'trackdone', 'trackdone', 'trackdone', 'fwdbtn', 'fwdbtn', 'endplay', 'logout'];

function record(next, endedAt) {
  // A few hundred tracks make up half of what anyone plays.
  const track = next(2) === 0 ? next(400) : next(TRACKS);
  const ms = next(5) === 0 ? next(30_000) : 120_000 + ((track * 7919) % 200_000);
  return {
    ts: `${new Date(endedAt).toISOString().slice(0, 19)}Z`,
    platform: PLATFORMS[next(PLATFORMS.length)],
    ms_played: ms,
    conn_country: 'DE',
    ip_addr: `192.0.2.${next(256)}`,
    master_metadata_track_name: nameOf(track),
    master_metadata_album_artist_name: nameOf(track % 6_000),
    master_metadata_album_album_name: nameOf(track % 15_000),
    spotify_track_uri: `spotify:track:${String(track).padStart(22, '4kZ9')}`,
    episode_name: null,
    episode_show_name: null,
    spotify_episode_uri: null,
    audiobook_title: null,
    audiobook_uri: null,
    audiobook_chapter_uri: null,
    audiobook_chapter_title: null,
    reason_start: 'trackdone',
    reason_end: ENDS[next(ENDS.length)],
    shuffle: next(2) === 0,
    skipped: false,
    offline: false,
    offline_timestamp: Math.floor((endedAt - ms) / 1000),
    incognito_mode: false,
  };
}

/**
 * Plain files of `records` records in a folder of their own, made once, and the same as a zip beside them.
 *
 * @returns {Promise<{ folder: string, zip: string }>}
 */
export async function history(cache, records) {
  const folder = join(cache, `history-${records}`);
  const zip = `${folder}.zip`;
  const found = await readdir(cache).catch(() => []);
  if (!found.includes(`history-${records}.zip`)) await generate(folder, zip, records);
  return { folder, zip };
}

async function generate(folder, zip, records) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const next = createNumbers(20_260_601);
  const archive = new ZipFile();
  const step = SPAN / records;
  for (let first = 0; first < records; first += RECORDS_A_FILE) {
    const count = Math.min(RECORDS_A_FILE, records - first);
    const rows = Array.from({ length: count }, (_, at) => record(next, START + Math.floor((first + at) * step + next(step / 2))));
    const name = `Streaming_History_Audio_${rows[0].ts.slice(0, 4)}-${rows.at(-1).ts.slice(0, 4)}_${first / RECORDS_A_FILE}.json`;
    await writeFile(join(folder, name), JSON.stringify(rows, null, 2));
    archive.addFile(join(folder, name), `Spotify Extended Streaming History/${name}`);
  }
  archive.end();
  await pipeline(archive.outputStream, createWriteStream(`${zip}.part`));
  await rename(`${zip}.part`, zip);
}
