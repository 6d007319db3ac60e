import type { DuckDBConnection } from '@duckdb/node-api';
import { playSessions } from '../../tables/sessions.ts';
import { duckDbFailure } from './failure.ts';
import heard from './kept/heard.sql';
import noneHeard from './kept/heard_none.sql';
import hourSums from './kept/hour_sums.sql';
import itemAlbums from './kept/item_albums.sql';
import itemArtists from './kept/item_artists.sql';
import itemRecordings from './kept/item_recordings.sql';
import items from './kept/items.sql';
import knownAlbums from './kept/known_albums.sql';
import knownArtists from './kept/known_artists.sql';
import lists from './kept/lists.sql';
import members from './kept/members.sql';
import namedRecordings from './kept/named_recordings.sql';
import newestSeen from './kept/newest_seen.sql';
import playedTracks from './kept/played_tracks.sql';
import stays from './kept/stays.sql';
import suggestions from './kept/suggestions.sql';
import { hidesPlays, type LakeFiles } from './relations.ts';

interface Kept {
  readonly isNamedIn: RegExp;
  /** Statements, separated by semicolons. What they name of the list is kept before. */
  readonly sql: string;
  /** Rows of a relation, each of which may be a row that is kept. Of more than `most`, this is done instead. */
  readonly ofMany?: { readonly relation: string; readonly most: number; readonly sql: string };
}

/** Of about 150 bytes each. */
const MOST_ITEMS = 500_000;

/** Of 24 bytes each. */
const MOST_PLAYS = 3_000_000;

/** A table of members of playlists, or a view that is worked out with every question. */
const ofItems = (isNamedIn: RegExp, sql: string): Kept => ({
  isNamedIn,
  sql: sql.replace('$relation', 'table'),
  ofMany: { relation: 'stored.playlist_items', most: MOST_ITEMS, sql: sql.replace('$relation', 'view') },
});

/** By the rule that counts where no other is asked for: a session of half an hour's pauses depends on what counts. */
const SESSIONS = `create or replace table kept.sessions as
  ${playSessions('(select *, true as is_counted from shown_plays where ms_played is null or ms_played >= 30000)')}`;

/** A view that becomes a table, for all that read it. */
const asTable = (view: string): Kept => ({
  isNamedIn: new RegExp(`\\b${view}\\b`, 'i'),
  sql: `create or replace table kept.${view} as select * from ${view}; create or replace view ${view} as select * from kept.${view}`,
});

const HIDDEN = asTable('hidden_plays');

/**
 * `coverage`: a day of an account is a row, however much was played on it, and each report asks it which of its days are certain. `hidden_plays`: found
 * by several joins. `track_recordings`: two ids a track, worked out from all of them. The others are made for reports: sums of plays with a number in
 * the place of their names, the plays likewise, what is known of the things that were played, sessions, members of playlists with their recordings, and answers
 * that no parameter changes. In all about 200 bytes a track, 150 a track and year, 150 a session, 150 a member, and 24 a play of up to 3 million.
 */
const KEPT: readonly Kept[] = [
  asTable('coverage'),
  HIDDEN,
  asTable('track_recordings'),
  { isNamedIn: /\bkept\.(items|item_sums|named_items)\b/, sql: items },
  {
    isNamedIn: /\bkept\.(heard|has_heard|file_plays|file_lengths)\b/,
    sql: heard,
    ofMany: { relation: 'stored.plays', most: MOST_PLAYS, sql: noneHeard },
  },
  { isNamedIn: /\bkept\.sessions\b/, sql: SESSIONS },
  { isNamedIn: /\bkept\.hour_sums\b/, sql: hourSums },
  { isNamedIn: /\bkept\.played_tracks\b/, sql: playedTracks },
  { isNamedIn: /\bkept\.known_artists\b/, sql: knownArtists },
  { isNamedIn: /\bkept\.known_albums\b/, sql: knownAlbums },
  { isNamedIn: /\bkept\.item_artists\b/, sql: itemArtists },
  { isNamedIn: /\bkept\.(item|shown)_albums\b/, sql: itemAlbums },
  { isNamedIn: /\bkept\.named_recordings\b/, sql: namedRecordings },
  { isNamedIn: /\bkept\.item_recordings\b/, sql: itemRecordings },
  ofItems(/\bkept\.members\b/, members),
  { isNamedIn: /\bkept\.lists\b/, sql: lists },
  ofItems(/\bkept\.stays\b/, stays),
  { isNamedIn: /\bkept\.newest_seen\b/, sql: newestSeen },
  { isNamedIn: /\bkept\.suggestions\b/, sql: suggestions },
];

/** Shown plays and their sums look at hidden ones through views, which do not show in the SQL. */
const shownNeedHidden = (sql: string): string => (/\bshown_(?:plays|yearly|hourly)\b/.test(sql) ? `${sql} hidden_plays` : sql);

/** Reports alone speak of these; a person's SQL does where it is that of a report. */
export const namesKept = (sql: string): boolean => /\bkept\.\w/.test(sql);

/** The SQL with that of all that has to be kept for it: what these speak of has to be there, too. */
export const withKept = (sql: string): string =>
  KEPT.toReversed().reduce((whole, one) => (one.isNamedIn.test(whole) ? `${whole} ${one.sql}` : whole), sql);

/** See `Session.keepFor`. */
export function keeping(files: LakeFiles): (connection: DuckDBConnection, sql: string) => Promise<void> {
  const kept = new Map<Kept, Promise<void>>();
  // Where nothing is hidden, the view is empty at planning, and nothing is read to be joined with it.
  const known = hidesPlays(files.rules) ? KEPT : KEPT.filter((one) => one !== HIDDEN);
  const keepFor = async (connection: DuckDBConnection, sql: string, of: readonly Kept[]): Promise<void> => {
    for (const one of of) {
      if (!one.isNamedIn.test(sql)) continue;
      const keeps = kept.get(one) ?? keep(connection, one);
      kept.set(one, keeps);
      await keeps;
    }
  };
  const keep = async (connection: DuckDBConnection, one: Kept): Promise<void> => {
    try {
      await keepFor(connection, shownNeedHidden(one.sql), known.slice(0, known.indexOf(one)));
      await connection.run(await sqlOf(connection, one));
    } catch (error) {
      kept.delete(one);
      throw duckDbFailure(error, files);
    }
  };
  return (connection, sql) => keepFor(connection, shownNeedHidden(sql), known);
}

async function sqlOf(connection: DuckDBConnection, { sql, ofMany }: Kept): Promise<string> {
  if (ofMany === undefined) return sql;
  const counted = await connection.runAndReadAll(`select count(*) > ${ofMany.most} from ${ofMany.relation}`);
  return counted.getRows()[0]?.[0] === true ? ofMany.sql : sql;
}
