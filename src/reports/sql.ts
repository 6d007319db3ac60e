import artistPlays from './sql/shared/artist-plays.sql';
import countedPlays from './sql/shared/counted-plays.sql';
import inPeriod from './sql/shared/in-period.sql';
import judgedPlays from './sql/shared/judged-plays.sql';
import ofContent from './sql/shared/of-content.sql';
import ownPlaylists from './sql/shared/own-playlists.sql';
import recordingPlays from './sql/shared/recording-plays.sql';
import shownPlays from './sql/shared/shown-plays.sql';
import trackPlays from './sql/shared/track-plays.sql';

/** What several reports ask, written once; `sql/shared`. The parameters that a part names are those of the report. */
const PARTS: ReadonlyMap<string, string> = new Map([
  ['artist_plays', artistPlays],
  ['counted_plays', countedPlays],
  ['in_period', inPeriod],
  ['judged_plays', judgedPlays],
  ['of_content', ofContent],
  ['own_playlists', ownPlaylists],
  ['recording_plays', recordingPlays],
  ['shown_plays', shownPlays],
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
