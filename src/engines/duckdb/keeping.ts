import type { DuckDBConnection } from '@duckdb/node-api';
import { duckDbFailure } from './failure.ts';
import hourSums from './kept/hour_sums.sql';
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
  /** A row of this may be a row that is kept: of more than `MOST_ROWS` of them, `$relation` is a view, worked out with every question. */
  readonly ofRows?: string;
}

/** Of about 150 bytes each. */
const MOST_ROWS = 500_000;

/** A view that becomes a table, for all that read it. */
const asTable = (view: string): Kept => ({
  isNamedIn: new RegExp(`\\b${view}\\b`, 'i'),
  sql: `create or replace table kept.${view} as select * from ${view}; create or replace view ${view} as select * from kept.${view}`,
});

const HIDDEN = asTable('hidden_plays');

/**
 * `coverage`: a day of an account is a row, however much was played on it, and each report asks it which of its days are certain. `hidden_plays`: found
 * by several joins. `track_recordings`: two ids a track, worked out from all of them. The others are made for reports: sums of plays with a number in
 * the place of their names, what is known of the things that were played, members of playlists with their recordings, and answers that no parameter
 * changes. In all about 100 bytes a track, 150 a track and year, and 150 a member.
 */
const KEPT: readonly Kept[] = [
  asTable('coverage'),
  HIDDEN,
  asTable('track_recordings'),
  { isNamedIn: /\bkept\.(items|item_sums)\b/, sql: items },
  { isNamedIn: /\bkept\.hour_sums\b/, sql: hourSums },
  { isNamedIn: /\bkept\.played_tracks\b/, sql: playedTracks },
  { isNamedIn: /\bkept\.known_artists\b/, sql: knownArtists },
  { isNamedIn: /\bkept\.known_albums\b/, sql: knownAlbums },
  { isNamedIn: /\bkept\.named_recordings\b/, sql: namedRecordings },
  { isNamedIn: /\bkept\.item_recordings\b/, sql: itemRecordings },
  { isNamedIn: /\bkept\.members\b/, sql: members, ofRows: 'stored.playlist_items' },
  { isNamedIn: /\bkept\.lists\b/, sql: lists },
  { isNamedIn: /\bkept\.stays\b/, sql: stays, ofRows: 'stored.playlist_items' },
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
      const relation = (await isMuch(connection, one)) ? 'view' : 'table';
      await connection.run(`create schema if not exists kept; ${one.sql.replace('$relation', relation)}`);
    } catch (error) {
      kept.delete(one);
      throw duckDbFailure(error, files);
    }
  };
  return (connection, sql) => keepFor(connection, shownNeedHidden(sql), known);
}

async function isMuch(connection: DuckDBConnection, { ofRows }: Kept): Promise<boolean> {
  if (ofRows === undefined) return false;
  const counted = await connection.runAndReadAll(`select count(*) > ${MOST_ROWS} from ${ofRows}`);
  return counted.getRows()[0]?.[0] === true;
}
