import { playSessions } from '../tables/sessions.ts';
import albumPlays from './sql/shared/album-plays.sql';
import allNames from './sql/shared/all-names.sql';
import artistPlays from './sql/shared/artist-plays.sql';
import beforeAt from './sql/shared/before-at.sql';
import countedPlays from './sql/shared/counted-plays.sql';
import everPlays from './sql/shared/ever-plays.sql';
import found from './sql/shared/found.sql';
import foundPlays from './sql/shared/found-plays.sql';
import heardPlays from './sql/shared/heard-plays.sql';
import hourPlays from './sql/shared/hour-plays.sql';
import hoursAreSummed from './sql/shared/hours-are-summed.sql';
import inPeriod from './sql/shared/in-period.sql';
import itemPlays from './sql/shared/item-plays.sql';
import itemSums from './sql/shared/item-sums.sql';
import itemsAreSummed from './sql/shared/items-are-summed.sql';
import judgedPlays from './sql/shared/judged-plays.sql';
import nearInYear from './sql/shared/near-in-year.sql';
import ofContent from './sql/shared/of-content.sql';
import ownPlaylists from './sql/shared/own-playlists.sql';
import playsAreHeard from './sql/shared/plays-are-heard.sql';
import readPlays from './sql/shared/read-plays.sql';
import recordingPlays from './sql/shared/recording-plays.sql';
import sessionPlays from './sql/shared/session-plays.sql';
import sessionsAreKept from './sql/shared/sessions-are-kept.sql';
import shownPlays from './sql/shared/shown-plays.sql';
import singlePlays from './sql/shared/single-plays.sql';
import sought from './sql/shared/sought.sql';
import trackPlays from './sql/shared/track-plays.sql';
import wholeFrom from './sql/shared/whole-from.sql';
import wholeUntil from './sql/shared/whole-until.sql';

/** The same of plays that are in files alone: relations that are empty where plays are kept, so that planning what is not needed takes no time. */
const ofFiles = (sql: string): string =>
  sql
    .replace('{{judged_plays}}', () => ofFiles(judgedPlays))
    .replace('{{shown_plays}}', () => ofFiles(shownPlays))
    .replace('from shown_plays', 'from kept.file_plays')
    .replace(/from \(\s*select [^()]* from tracks\s+union all\s+select [^()]* from episodes\s*\)/, 'from kept.file_lengths');

/** What several reports ask, written once; `sql/shared`. The parameters that a part names are those of the report. */
const PARTS: ReadonlyMap<string, string> = new Map([
  ['album_plays', albumPlays],
  ['all_names', allNames],
  ['before_at', beforeAt],
  ['ever_plays', everPlays],
  ['found', found],
  ['found_plays', foundPlays],
  ['heard_plays', heardPlays],
  ['hour_plays', hourPlays],
  ['hours_are_summed', hoursAreSummed],
  ['item_plays', itemPlays],
  ['item_sums', itemSums],
  ['items_are_summed', itemsAreSummed],
  ['whole_from', wholeFrom],
  ['whole_until', wholeUntil],
  ['artist_plays', artistPlays],
  ['counted_plays', countedPlays],
  ['counted_file_plays', ofFiles(countedPlays)],
  ['shown_file_plays', ofFiles(shownPlays)],
  ['in_period', inPeriod],
  ['judged_plays', judgedPlays],
  ['near_in_year', nearInYear],
  ['of_content', ofContent],
  ['own_playlists', ownPlaylists],
  ['plays_are_heard', playsAreHeard],
  ['read_plays', readPlays],
  ['recording_plays', recordingPlays],
  ['session_plays', sessionPlays],
  ['sessions_are_kept', sessionsAreKept],
  ['sessions_of_plays', playSessions('({{single_plays}})')],
  ['shown_plays', shownPlays],
  ['single_plays', singlePlays],
  ['sought', sought],
  ['track_plays', trackPlays],
]);

/** The SQL with its parts in the place of their names, written `{{part}}`. A part may name parts. */
export function wholeSql(sql: string): string {
  return sql.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const part = PARTS.get(name);
    if (part === undefined) throw new Error(`no part ${name} of report SQL`);
    return `\n${wholeSql(part).trimEnd()}\n`;
  });
}
