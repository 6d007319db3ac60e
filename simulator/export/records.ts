import type { Account } from '../listener/account.ts';
import { secondText } from '../world/calendar.ts';
import { hashOf } from '../world/random.ts';
import type { KeptPlay } from './kept-play.ts';

/** What a later export may have lost of a play. */
export type Loss = 'reason_end' | 'uri' | 'stamp';

/** One export's view of a play. */
export interface RecordFacts {
  readonly account: Account;
  readonly kept: KeptPlay;
  /** Milliseconds, a whole second. */
  readonly ts: number;
  readonly lost: Loss | null;
}

type JsonRecord = Readonly<Record<string, string | number | boolean | null>>;

/** Since then `platform` is one word (a published history of 227,024 rows). */
const PLAIN_PLATFORMS_FROM = Date.UTC(2023, 9, 19);
const DETAILED: Readonly<Record<KeptPlay['play']['platform'], string>> = {
  android: 'Android OS 10 API 29 (samsung, SM-G973F)',
  ios: 'iOS 15.4 (iPhone12,1)',
  windows: 'Windows 10 (10.0.19041; x64)',
  web_player: 'web_player windows 10;chrome 96.0.4664.110;desktop',
};

/** In which `skipped` says nothing: always false (the same history). */
const UNSKIPPED_FROM = Date.UTC(2015, 3, 13);
const UNSKIPPED_TO = Date.UTC(2022, 9, 17);

/** Extended history of 2023 and later, one record with its fields in Spotify's order. */
export function extendedRecord(facts: RecordFacts): JsonRecord {
  const { kept } = facts;
  const isChapter = kept.play.kind === 'chapter';
  return {
    ...when(facts),
    ip_addr: addressOf(facts),
    ...whatWasPlayed(facts),
    audiobook_title: isChapter ? (kept.names?.album ?? null) : null,
    audiobook_uri: kept.bookUri,
    audiobook_chapter_uri: isChapter ? kept.uri : null,
    audiobook_chapter_title: isChapter ? (kept.names?.title ?? null) : null,
    ...how(facts, skippedOf(facts)),
  };
}

/** Extended history of 2021 and 2022: with the user's name and the program's, without audiobooks. */
export function endsongRecord(facts: RecordFacts): JsonRecord {
  const { ts, platform, ms_played, conn_country } = when(facts);
  const username = facts.account.userId;
  return {
    ...{ ts, username, platform, ms_played, conn_country },
    ip_addr_decrypted: addressOf(facts),
    user_agent_decrypted: 'unknown',
    ...whatWasPlayed(facts),
    ...how(facts, facts.ts < UNSKIPPED_TO ? null : skippedOf(facts)),
  };
}

function when({ account, kept, ts }: RecordFacts) {
  return {
    ts: secondText(ts),
    platform: ts < PLAIN_PLATFORMS_FROM ? DETAILED[kept.play.platform] : kept.play.platform,
    ms_played: kept.msPlayed,
    conn_country: account.country,
  };
}

/** In a block for documentation (RFC 5737): nobody's. */
const addressOf = ({ account, ts }: RecordFacts): string => `203.0.113.${1 + (hashOf(account.userId, Math.floor(ts / 864e5 / 30)) % 250)}`;

function whatWasPlayed({ kept, lost }: RecordFacts): JsonRecord {
  const { kind } = kept.play;
  const names = kind === 'track' || kind === 'local' ? kept.names : null;
  const episode = kind === 'episode' ? kept.names : null;
  const uri = lost === 'uri' ? null : kept.uri;
  return {
    master_metadata_track_name: names?.title ?? null,
    master_metadata_album_artist_name: names?.artist ?? null,
    master_metadata_album_album_name: names?.album ?? null,
    spotify_track_uri: kind === 'track' ? uri : null,
    episode_name: episode?.title ?? null,
    episode_show_name: episode?.artist ?? null,
    spotify_episode_uri: kind === 'episode' ? uri : null,
  };
}

function how({ kept, lost }: RecordFacts, skipped: boolean | null): JsonRecord {
  const { play } = kept;
  return {
    reason_start: reasonStart(play),
    reason_end: lost === 'reason_end' ? null : reasonEnd(play),
    shuffle: play.shuffle,
    skipped,
    offline: play.offline,
    offline_timestamp: lost === 'stamp' ? null : kept.stamp,
    incognito_mode: play.incognito,
  };
}

function skippedOf({ kept, ts }: RecordFacts): boolean {
  return (ts < UNSKIPPED_FROM || ts >= UNSKIPPED_TO) && kept.play.reasonEnd === 'fwdbtn';
}

const CHOSEN = ['clickrow', 'clickrow', 'clickrow', 'playbtn', 'playbtn', 'appload', 'remote', 'backbtn', 'clickside', 'unknown'];
const LEFT = ['endplay', 'endplay', 'endplay', 'logout', 'unexpected-exit', 'unexpected-exit-while-paused', 'remote', 'unknown'];

function reasonStart({ reasonStart: reason, startedAt }: KeptPlay['play']): string {
  return reason === 'clickrow' ? (CHOSEN[hashOf(startedAt, 'start') % CHOSEN.length] ?? reason) : reason;
}

function reasonEnd({ reasonEnd: reason, endedAt }: KeptPlay['play']): string {
  return reason === 'endplay' ? (LEFT[hashOf(endedAt, 'end') % LEFT.length] ?? reason) : reason;
}

/** Account data: names and minutes only. An audiobook is told by book, not by chapter. */
export function shortRecord({ kept, ts }: RecordFacts): JsonRecord {
  const { kind } = kept.play;
  const endTime = minuteText(ts);
  const msPlayed = kept.msPlayed;
  const { title, artist, album } = kept.names ?? { title: 'Unknown Track', artist: 'Unknown Artist', album: null };
  if (kind === 'episode') return { endTime, podcastName: artist, episodeName: title, msPlayed };
  if (kind === 'chapter') return { endTime, authorName: artist, audiobookName: album, msPlayed };
  return { endTime, artistName: artist, trackName: title, msPlayed };
}

/** Account data of before 2023: podcasts among the music, under its names. */
export function oldShortRecord({ kept, ts }: RecordFacts): JsonRecord {
  const { title, artist } = kept.names ?? { title: 'Unknown Track', artist: 'Unknown Artist' };
  return { endTime: minuteText(ts), artistName: artist, trackName: title, msPlayed: kept.msPlayed };
}

/** `YYYY-MM-DD HH:mm`, UTC. */
const minuteText = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
