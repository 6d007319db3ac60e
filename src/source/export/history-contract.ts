import { z } from 'zod';
import { epochMs, flag, text } from '../contracts/values.ts';

/** Streams of history; the others of the export are no lists of plays. */
export type HistoryStream = 'extended_history' | 'account_history';

export const isHistoryStream = (stream: string): stream is HistoryStream => stream === 'extended_history' || stream === 'account_history';

const SECOND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const MINUTE = /^\d{4}-\d\d-\d\d \d\d:\d\d$/;
/** Spotify was founded in 2006. The end is far from any clock, so that the same file is read alike in every year. */
const FIRST_MS = Date.UTC(2006, 0);
const END_MS = Date.UTC(2100, 0);

const isInRange = (ms: number): boolean => ms >= FIRST_MS && ms < END_MS;
const isSecond = (value: string): boolean => SECOND.test(value) && isInRange(epochMs(value));
const isMinute = (value: string): boolean => MINUTE.test(value) && isInRange(epochMs(`${value.replace(' ', 'T')}:00Z`));

/**
 * 30 days. Values of days occur in real exports, of a player that was left open: they are kept, for the play itself was. What is longer than any
 * device plays one item is no length of time but a damaged number, and one of them would outweigh a whole history. The models hold the same bound.
 */
const MOST_PLAYED_MS = 30 * 24 * 60 * 60 * 1000;
const PLAYED = { error: `0 to ${MOST_PLAYED_MS} (30 days)` };
const playedMs = z.int().nonnegative(PLAYED).max(MOST_PLAYED_MS, PLAYED);

/** Every field that is read of a record, and what it has to be. IP address and user agent are not among them. */
const CONTRACTS = {
  extended_history: z.object({
    ts: z.string().refine(isSecond, { error: 'a time from 2006 to 2099 such as 2020-01-31T23:59:59Z' }),
    username: text,
    platform: text,
    ms_played: playedMs,
    conn_country: text,
    master_metadata_track_name: text,
    master_metadata_album_artist_name: text,
    master_metadata_album_album_name: text,
    spotify_track_uri: text,
    episode_name: text,
    episode_show_name: text,
    spotify_episode_uri: text,
    audiobook_title: text,
    audiobook_uri: text,
    audiobook_chapter_uri: text,
    audiobook_chapter_title: text,
    reason_start: text,
    reason_end: text,
    shuffle: flag,
    skipped: flag,
    offline: flag,
    offline_timestamp: z.int().nullish(),
    incognito_mode: flag,
  }),
  account_history: z.object({
    endTime: z.string().refine(isMinute, { error: 'a time from 2006 to 2099 such as 2020-01-31 23:59' }),
    artistName: text,
    trackName: text,
    podcastName: text,
    episodeName: text,
    audiobookName: text,
    authorName: text,
    msPlayed: playedMs,
  }),
} as const;

const FIELDS = {
  extended_history: Object.keys(CONTRACTS.extended_history.shape),
  account_history: Object.keys(CONTRACTS.account_history.shape),
} as const;

export const historyContract = (stream: HistoryStream): z.ZodType => CONTRACTS[stream];

/** The fields that are read of a record, and no others. */
export function readFields(stream: HistoryStream, record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(FIELDS[stream].flatMap((name) => (Object.hasOwn(record, name) ? [[name, record[name]]] : [])));
}
