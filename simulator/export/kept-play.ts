import type { Play } from '../listener/play.ts';
import { dayOf } from '../world/calendar.ts';
import type { Track } from '../world/music.ts';
import { hashOf } from '../world/random.ts';
import type { World } from '../world/world.ts';
import type { Quirk, Quirks, Touches } from './quirks.ts';
import type { TimedPlay } from './timing.ts';

/** What Spotify calls the thing that was played. */
export interface Names {
  readonly title: string;
  /** The first artist of the album, the show, the author. */
  readonly artist: string;
  /** Of a track; of a chapter the book. */
  readonly album: string | null;
}

/** One play as Spotify keeps it: what all exports of it are written from. */
export interface KeptPlay {
  readonly play: Play;
  /** Milliseconds, a whole second; null for one that was never sent and so stands in no export. */
  readonly ts: number | null;
  readonly msPlayed: number;
  readonly isVideo: boolean;
  /** Null where Spotify no longer knows what it was. */
  readonly names: Names | null;
  readonly uri: string | null;
  /** Of a chapter. */
  readonly bookUri: string | null;
  /** `offline_timestamp` as it is written: seconds or milliseconds, 0 or null for none. */
  readonly stamp: number | null;
  readonly quirks: readonly Quirk[];
}

/** One in so many tracks is heard as a video, one in so many episodes. */
const VIDEO_TRACKS = 30;
const VIDEO_EPISODES = 4;
const FIRST_VIDEO_YEAR = 2023;

const yearOf = (at: number): number => new Date(at).getUTCFullYear();

export function createKeeper(world: World, quirksOn: Quirks, touches: Touches): (timed: TimedPlay) => KeptPlay {
  const otherIds = createOtherIds(world);
  return ({ play, ts, quirks: before }) => {
    const quirks: Quirk[] = [...before];
    const touched = (quirk: Quirk): boolean => {
      const is = touches(quirk, play.endedAt);
      if (is) quirks.push(quirk);
      return is;
    };
    const thing = thingOf(world, play);
    const stamp = stampOf(play);
    const isInMs =
      stamp !== null && stamp > 0 && quirksOn.ms_timestamps !== undefined && (inMsYears(play) || touches('ms_timestamps', play.endedAt));
    if (isInMs) quirks.push('ms_timestamps');
    return {
      ...{ play, ts, quirks },
      ...renamed(play, thing, touched, otherIds),
      msPlayed: lengthOf(play, touched),
      isVideo: isVideo(play),
      bookUri: thing.bookUri,
      stamp: isInMs ? play.startedAt : stamp,
    };
  };
}

const inMsYears = ({ startedAt }: Play): boolean => yearOf(startedAt) >= 2017 && yearOf(startedAt) <= 2022;

interface Thing {
  readonly names: Names | null;
  readonly uri: string | null;
  readonly bookUri: string | null;
}

function thingOf(world: World, { kind, itemId }: Play): Thing {
  if (kind === 'track') {
    const track = world.find.track.get(itemId);
    return { names: track === undefined ? null : namesOf(track), uri: `spotify:track:${itemId}`, bookUri: null };
  }
  if (kind === 'episode') {
    const episode = world.find.episode.get(itemId);
    const names = episode === undefined ? null : { title: episode.name, artist: episode.show.name, album: null };
    return { names, uri: `spotify:episode:${itemId}`, bookUri: null };
  }
  if (kind === 'local') return { names: localNames(itemId), uri: null, bookUri: null };
  const chapter = world.find.chapter.get(itemId);
  const book = chapter?.audiobook;
  return {
    names: chapter === undefined ? null : { title: chapter.name, artist: book?.authors[0] ?? '', album: book?.name ?? '' },
    uri: `spotify:chapter:${itemId}`,
    bookUri: book === undefined ? null : `spotify:audiobook:${book.id}`,
  };
}

const namesOf = ({ name, album }: Track): Names => ({ title: name, artist: album.artists[0]?.name ?? '', album: album.name });

/** A file of the listener's own is known by its names alone: Spotify has no id for it. */
function localNames(uri: string): Names {
  const [, , artist = '', album = '', title = ''] = uri.split(':').map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
  return { title, artist, album };
}

/** At most one of the quirks that hide or change what was played, so that something is left to know it by. */
function renamed(
  play: Play,
  { names, uri }: Thing,
  touched: (quirk: Quirk) => boolean,
  otherIds: (play: Play) => readonly string[],
): Pick<KeptPlay, 'names' | 'uri'> {
  if (play.kind !== 'track') return { names, uri };
  if (touched('placeholders')) return { names: null, uri };
  if (touched('null_uris')) return { names, uri: null };
  const others = otherIds(play);
  if (others.length === 0 || !touched('relinked')) return { names, uri };
  return { names, uri: `spotify:track:${others[hashOf(play.itemId) % others.length]}` };
}

/** Ids of the same recording with the same title and first album artist, that were out when it was played. */
function createOtherIds(world: World): (play: Play) => readonly string[] {
  const byRecording = new Map<string, Track[]>();
  for (const track of world.tracks) {
    const same = byRecording.get(track.recordingId);
    if (same === undefined) byRecording.set(track.recordingId, [track]);
    else same.push(track);
  }
  return ({ itemId, startedAt }) => {
    const track = world.find.track.get(itemId);
    if (track === undefined) return [];
    const day = dayOf(startedAt);
    const isSame = (other: Track): boolean =>
      other.id !== track.id && other.album.artists[0] === track.album.artists[0] && other.album.releasedDay <= day;
    return (byRecording.get(track.recordingId) ?? []).filter(isSame).map((other) => other.id);
  };
}

/** `absurd_ms` gives two days and more. */
function lengthOf(play: Play, touched: (quirk: Quirk) => boolean): number {
  if (touched('zero_ms')) return 0;
  return touched('absurd_ms') ? 172_800_000 + (hashOf(play.endedAt, 'absurd') % 1_000_000_000) : play.msPlayed;
}

function isVideo({ kind, itemId, endedAt }: Play): boolean {
  if (kind === 'local' || kind === 'chapter' || yearOf(endedAt) < FIRST_VIDEO_YEAR) return false;
  return hashOf(itemId, 'video') % (kind === 'track' ? VIDEO_TRACKS : VIDEO_EPISODES) === 0;
}

/** When it began, in seconds: of every offline play and, as in real histories, of some others. Unused it is 0, since 2022 null. */
function stampOf({ offline, startedAt }: Play): number | null {
  if (offline || hashOf(startedAt, 'stamp') % 3 === 0) return Math.floor(startedAt / 1000);
  return yearOf(startedAt) < 2022 ? 0 : null;
}
