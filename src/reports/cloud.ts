import { SESSION_SUMS } from '../tables/sessions.ts';
import audiobooks from './sql/audiobooks.sql';
import discography from './sql/cloud/discography.sql';
import discoveries from './sql/cloud/discoveries.sql';
import freshness from './sql/cloud/freshness.sql';
import listeningTotals from './sql/cloud/listening-totals.sql';
import neverPlayed from './sql/cloud/never-played.sql';
import onThisDay from './sql/cloud/on-this-day.sql';
import playsPerDay from './sql/cloud/plays-per-day.sql';
import recentPlays from './sql/cloud/recent-plays.sql';
import recordingSuggestions from './sql/cloud/recording-suggestions.sql';
import releaseDecades from './sql/cloud/release-decades.sql';
import rules from './sql/cloud/rules.sql';
import scope from './sql/cloud/scope.sql';
import albumPlays from './sql/cloud/shared/album-plays.sql';
import artistPlays from './sql/cloud/shared/artist-plays.sql';
import countedPlays from './sql/cloud/shared/counted-plays.sql';
import hourPlays from './sql/cloud/shared/hour-plays.sql';
import judgedPlays from './sql/cloud/shared/judged-plays.sql';
import ownPlaylists from './sql/cloud/shared/own-playlists.sql';
import recordingPlays from './sql/cloud/shared/recording-plays.sql';
import sessionPlays from './sql/cloud/shared/session-plays.sql';
import shownPlays from './sql/cloud/shared/shown-plays.sql';
import trackPlays from './sql/cloud/shared/track-plays.sql';
import topAlbums from './sql/cloud/top-albums.sql';
import topArtists from './sql/cloud/top-artists.sql';
import topTracks from './sql/cloud/top-tracks.sql';
import coverage from './sql/coverage.sql';
import libraryGrowth from './sql/library-growth.sql';
import listeningClock from './sql/listening-clock.sql';
import playlistChurn from './sql/playlist-churn.sql';
import playlistOverlap from './sql/playlist-overlap.sql';
import playlistOverview from './sql/playlist-overview.sql';
import podcasts from './sql/podcasts.sql';
import popularityTrend from './sql/popularity-trend.sql';
import runs from './sql/runs.sql';
import sessions from './sql/sessions.sql';
import allNames from './sql/shared/all-names.sql';
import beforeAt from './sql/shared/before-at.sql';
import found from './sql/shared/found.sql';
import inPeriod from './sql/shared/in-period.sql';
import ofContent from './sql/shared/of-content.sql';
import sought from './sql/shared/sought.sql';
import streaks from './sql/streaks.sql';

/**
 * What Athena and Snowflake are asked, by the name of the report: the text of DuckDB where nothing of it is DuckDB's alone, else one of its own in `sql/cloud`,
 * which reads no rollup. All are written in what each engine brings to its own SQL: `::type`, `arg_max`, `local_time`, …
 */
const TEXTS: Readonly<Record<string, string>> = {
  audiobooks,
  coverage,
  discography,
  discoveries,
  freshness,
  'library-growth': libraryGrowth,
  'listening-clock': listeningClock,
  'listening-totals': listeningTotals,
  'never-played': neverPlayed,
  'on-this-day': onThisDay,
  'playlist-churn': playlistChurn,
  'playlist-overlap': playlistOverlap,
  'playlist-overview': playlistOverview,
  'plays-per-day': playsPerDay,
  podcasts,
  'popularity-trend': popularityTrend,
  'recent-plays': recentPlays,
  'recording-suggestions': recordingSuggestions,
  'release-decades': releaseDecades,
  rules,
  runs,
  scope,
  sessions,
  streaks,
  'top-albums': topAlbums,
  'top-artists': topArtists,
  'top-tracks': topTracks,
};

const PARTS: Readonly<Record<string, string>> = {
  album_plays: albumPlays,
  all_names: allNames,
  artist_plays: artistPlays,
  before_at: beforeAt,
  counted_plays: countedPlays,
  found,
  in_period: inPeriod,
  hour_plays: hourPlays,
  judged_plays: judgedPlays,
  of_content: ofContent,
  own_playlists: ownPlaylists,
  recording_plays: recordingPlays,
  session_plays: sessionPlays,
  session_sums: SESSION_SUMS,
  shown_plays: shownPlays,
  sought,
  track_plays: trackPlays,
};

/** The SQL of the report, or of `scope`, with its parts in the place of their names. A name that has none is a bug. */
export function cloudSql(name: string): string {
  const text = TEXTS[name];
  if (text === undefined) throw new Error(`no SQL of the cloud for ${name}`);
  const whole = withParts(text);
  return name === 'rules' ? lasting(whole) : whole;
}

/** Rules are told by what they do for good, not by what one question asks. */
const lasting = (sql: string): string => sql.replaceAll(/\$(counting|time_zone)\b/g, 'null::varchar');

function withParts(sql: string): string {
  return sql.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const part = PARTS[name];
    if (part === undefined) throw new Error(`no part ${name} of report SQL`);
    return `\n${withParts(part).trimEnd()}\n`;
  });
}
