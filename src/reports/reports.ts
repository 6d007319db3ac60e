import { PipelineError } from '../kernel/errors.ts';
import { suggestion } from '../kernel/nearest.ts';
import { audiobooks } from './audiobooks.ts';
import { cloudSql } from './cloud.ts';
import { coverage } from './coverage.ts';
import { discography } from './discography.ts';
import { discoveries } from './discoveries.ts';
import { freshness } from './freshness.ts';
import { libraryGrowth } from './library-growth.ts';
import { listeningClock } from './listening-clock.ts';
import { listeningTotals } from './listening-totals.ts';
import { neverPlayed } from './never-played.ts';
import { onThisDay } from './on-this-day.ts';
import { playlistChurn } from './playlist-churn.ts';
import { playlistOverlap } from './playlist-overlap.ts';
import { playlistOverview } from './playlist-overview.ts';
import { playsPerDay } from './plays-per-day.ts';
import { podcasts } from './podcasts.ts';
import { popularityTrend } from './popularity-trend.ts';
import { recentPlays } from './recent-plays.ts';
import { recordingSuggestions } from './recording-suggestions.ts';
import { releaseDecades } from './release-decades.ts';
import type { Report } from './report.ts';
import { rules } from './rules.ts';
import { runs } from './runs.ts';
import { sessions } from './sessions.ts';
import { streaks } from './streaks.ts';
import { topAlbums } from './top-albums.ts';
import { topArtists } from './top-artists.ts';
import { topTracks } from './top-tracks.ts';

const ALL: readonly Report[] = [
  topTracks,
  topArtists,
  topAlbums,
  listeningTotals,
  recentPlays,
  onThisDay,
  playsPerDay,
  listeningClock,
  sessions,
  streaks,
  discoveries,
  discography,
  releaseDecades,
  podcasts,
  audiobooks,
  libraryGrowth,
  playlistOverview,
  playlistChurn,
  playlistOverlap,
  neverPlayed,
  popularityTrend,
  recordingSuggestions,
  coverage,
  rules,
  runs,
  freshness,
];

/** Every report there is, in the order in which surfaces list them. */
export const REPORTS: readonly Report[] = ALL.map((report) => {
  const sql = cloudSql(report.name);
  return { ...report, sql: { ...report.sql, athena: sql, snowflake: sql } };
});

/** Errors: `usage`, with the name that was meant. */
export function reportNamed(name: string): Report {
  const found = REPORTS.find((report) => report.name === name);
  if (found !== undefined) return found;
  const names = REPORTS.map((report) => report.name);
  throw new PipelineError(`there is no report ${name}`, { code: 'usage', hint: suggestion(name, names) });
}
