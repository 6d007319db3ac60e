import { PipelineError } from '../kernel/errors.ts';
import { suggestion } from '../kernel/nearest.ts';
import { libraryGrowth } from './library-growth.ts';
import { playlistOverview } from './playlist-overview.ts';
import { recentPlays } from './recent-plays.ts';
import type { Report } from './report.ts';
import { topArtists } from './top-artists.ts';
import { topTracks } from './top-tracks.ts';

/** Every report there is, in the order in which surfaces list them. */
export const REPORTS: readonly Report[] = [topTracks, topArtists, recentPlays, libraryGrowth, playlistOverview];

/** Errors: `usage`, with the name that was meant. */
export function reportNamed(name: string): Report {
  const found = REPORTS.find((report) => report.name === name);
  if (found !== undefined) return found;
  const names = REPORTS.map((report) => report.name);
  throw new PipelineError(`there is no report ${name}`, { code: 'usage', hint: suggestion(name, names) });
}
