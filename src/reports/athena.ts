import coverage from './sql/athena/coverage.sql';
import discography from './sql/athena/discography.sql';
import discoveries from './sql/athena/discoveries.sql';
import freshness from './sql/athena/freshness.sql';
import listeningClock from './sql/athena/listening-clock.sql';
import neverPlayed from './sql/athena/never-played.sql';
import onThisDay from './sql/athena/on-this-day.sql';
import playlistChurn from './sql/athena/playlist-churn.sql';
import playlistOverlap from './sql/athena/playlist-overlap.sql';
import playlistOverview from './sql/athena/playlist-overview.sql';
import playsPerDay from './sql/athena/plays-per-day.sql';
import recentPlays from './sql/athena/recent-plays.sql';
import recordingSuggestions from './sql/athena/recording-suggestions.sql';
import releaseDecades from './sql/athena/release-decades.sql';
import rules from './sql/athena/rules.sql';
import runs from './sql/athena/runs.sql';
import scope from './sql/athena/scope.sql';
import artistPlays from './sql/athena/shared/artist-plays.sql';
import countedPlays from './sql/athena/shared/counted-plays.sql';
import judgedPlays from './sql/athena/shared/judged-plays.sql';
import ownPlaylists from './sql/athena/shared/own-playlists.sql';
import recordingPlays from './sql/athena/shared/recording-plays.sql';
import shownPlays from './sql/athena/shared/shown-plays.sql';
import trackPlays from './sql/athena/shared/track-plays.sql';
import topAlbums from './sql/athena/top-albums.sql';
import topArtists from './sql/athena/top-artists.sql';
import topTracks from './sql/athena/top-tracks.sql';
import audiobooks from './sql/audiobooks.sql';
import libraryGrowth from './sql/library-growth.sql';
import podcasts from './sql/podcasts.sql';
import popularityTrend from './sql/popularity-trend.sql';
import inPeriod from './sql/shared/in-period.sql';
import ofContent from './sql/shared/of-content.sql';

/**
 * What Athena is asked, by the name of the report: the text of DuckDB where nothing of it is DuckDB's alone, else one of its own in `sql/athena`, which reads no
 * rollup. All are written in what the engine brings to Athena's SQL: `::type`, `arg_max`, `local_time`, …
 */
const TEXTS: Readonly<Record<string, string>> = {
  audiobooks,
  coverage,
  discography,
  discoveries,
  freshness,
  'library-growth': libraryGrowth,
  'listening-clock': listeningClock,
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
  'top-albums': topAlbums,
  'top-artists': topArtists,
  'top-tracks': topTracks,
};

const PARTS: Readonly<Record<string, string>> = {
  artist_plays: artistPlays,
  counted_plays: countedPlays,
  in_period: inPeriod,
  judged_plays: judgedPlays,
  of_content: ofContent,
  own_playlists: ownPlaylists,
  recording_plays: recordingPlays,
  shown_plays: shownPlays,
  track_plays: trackPlays,
};

/** The SQL of the report, or of `scope`, with its parts in the place of their names. A name that has none is a bug. */
export function athenaSql(name: string): string {
  const text = TEXTS[name];
  if (text === undefined) throw new Error(`no SQL of Athena for ${name}`);
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
