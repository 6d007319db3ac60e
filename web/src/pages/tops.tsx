import { useState } from 'preact/hooks';
import type { CoversAnswer } from '../../../src/surfaces/http/answers.ts';
import { RANKS_BEFORE, type Ranked, rankChanges } from '../charts/rank-change.ts';
import { Ranking } from '../charts/ranking.tsx';
import { useAnswer, useReport } from '../data/queries.ts';
import type { ReportRows } from '../data/report-rows.ts';
import { Panel } from '../panels/panel.tsx';
import { useAsked } from '../period/asked.tsx';
import { number } from '../words/format.ts';
import { itemOf } from '../words/place.ts';

const SHORT = 10;
const LONG = 50;

type Tops = 'top-tracks' | 'top-artists' | 'top-albums';

interface TopProps<Name extends Tops> {
  readonly title: string;
  readonly report: Name;
  readonly titleOf: (row: ReportRows[Name]) => string | null;
  readonly byOf: (row: ReportRows[Name]) => string | null;
  /** What tells it from another without a link. */
  readonly nameOf: (row: ReportRows[Name]) => string;
}

function Top<Name extends Tops>({ title, report, titleOf, byOf, nameOf }: TopProps<Name>) {
  const { params, paramsBefore } = useAsked();
  const [isLong, setLong] = useState(false);
  const asked = { ...params, limit: isLong ? LONG : SHORT };
  const query = useReport(report, asked);
  const before = useReport(report, { ...(paramsBefore ?? params), limit: RANKS_BEFORE }, paramsBefore !== null);
  const covers = useCovers(query.data?.rows ?? []);
  const ranked = (row: ReportRows[Name]): Ranked => ({ rank: row.rank, url: row.url, name: nameOf(row) });
  // What stands in for an answer that is on its way is of another period.
  const isComparable = paramsBefore !== null && before.isSuccess && !before.isPlaceholderData && !query.isPlaceholderData;
  return (
    <Panel title={title} report={report} params={asked} query={query} height={31}>
      {({ rows }) => {
        const changes = isComparable ? rankChanges(rows.map(ranked), before.data.rows.map(ranked)) : [];
        const items = rows.map((row, at) => {
          const { rank, url, play_count: count } = row;
          return { rank, url, count, title: titleOf(row) ?? 'no name known', by: byOf(row), change: changes[at] ?? null };
        });
        return (
          <>
            <Ranking items={items} unit="plays" covers={covers} />
            {!isLong && rows.length < SHORT ? null : (
              <button type="button" class="more" onClick={() => setLong(!isLong)}>
                {isLong ? `The first ${number(SHORT)}` : `Up to ${number(LONG)}`}
              </button>
            )}
          </>
        );
      }}
    </Panel>
  );
}

/** Asked for only where the settings let browsers ask Spotify for pictures; null where they do not. */
function useCovers(rows: readonly { readonly url: string | null }[]): CoversAnswer | null {
  const { about } = useAsked();
  const items = rows.map(({ url }) => itemOf(url)).filter((item) => item !== null);
  const query = useAnswer<CoversAnswer>('/api/covers', { items: items.join() }, about.covers && items.length > 0);
  return about.covers ? (query.data ?? {}) : null;
}

const withArtist = (name: string | null, artist: string | null): string => `${name ?? ''} ${artist ?? ''}`;

export const TopTracks = () => (
  <Top
    title="Top tracks"
    report="top-tracks"
    titleOf={({ track_name }) => track_name}
    byOf={({ artist_name }) => artist_name}
    nameOf={({ track_name, artist_name }) => withArtist(track_name, artist_name)}
  />
);

export const TopArtists = () => (
  <Top
    title="Top artists"
    report="top-artists"
    titleOf={({ artist_name }) => artist_name}
    byOf={({ track_count }) => `${number(track_count)} ${track_count === 1 ? 'track' : 'tracks'}`}
    nameOf={({ artist_name }) => artist_name}
  />
);

export const TopAlbums = () => (
  <Top
    title="Top albums"
    report="top-albums"
    titleOf={({ album_name }) => album_name}
    byOf={({ artist_name }) => artist_name}
    nameOf={({ album_name, artist_name }) => withArtist(album_name, artist_name)}
  />
);
