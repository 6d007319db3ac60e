import { useState } from 'preact/hooks';
import type { CoversAnswer } from '../../../src/surfaces/http/answers.ts';
import { number } from '../words/format.ts';
import { coverLink, itemOf, spotifyLink } from '../words/place.ts';
import type { RankChange } from './rank-change.ts';

interface RankedItem {
  readonly rank: number;
  readonly title: string;
  readonly by: string | null;
  readonly count: number;
  readonly url: string | null;
  /** Null where nothing is compared. */
  readonly change: RankChange | null;
}

const CHANGES = {
  same: { sign: '=', words: 'same place as before' },
  new: { sign: 'new', words: 'no play known in the period before' },
  outside: { sign: '100+', words: 'not in the top 100 before' },
  unknown: { sign: '?', words: 'two of this name before: not known' },
} as const;

function Change({ change }: { readonly change: RankChange }) {
  const isMoved = change.kind === 'up' || change.kind === 'down';
  const { sign, words } = isMoved
    ? { sign: `${change.kind === 'up' ? '▲' : '▼'} ${change.places}`, words: `${change.kind} ${change.places} from before` }
    : CHANGES[change.kind];
  return (
    <span class={`rank-change rank-${change.kind}`} title={words}>
      <span aria-hidden="true">{sign}</span>
      <span class="unseen">{words}</span>
    </span>
  );
}

interface RankingProps {
  readonly items: readonly RankedItem[];
  readonly unit: string;
  /** Null where none are shown. */
  readonly covers: CoversAnswer | null;
}

/** A list in the order of its counts, a bar below each. */
export function Ranking({ items, unit, covers }: RankingProps) {
  const most = Math.max(1, ...items.map(({ count }) => count));
  return (
    <ol class={covers === null ? 'ranking' : 'ranking has-covers'}>
      {items.map(({ rank, title, by, count, url, change }) => (
        <li key={`${rank} ${url ?? title}`}>
          <span class="rank">{rank}</span>
          {covers === null ? null : <Cover link={coverLink(covers[itemOf(url) ?? ''])} />}
          <span class="ranked">
            <span class="ranked-title">
              <bdi>{title}</bdi>
            </span>
            {by === null ? null : (
              <span class="ranked-by">
                <bdi>{by}</bdi>
              </span>
            )}
          </span>
          {change === null ? null : <Change change={change} />}
          <span class="ranked-count">
            {number(count)}
            <span class="unseen"> {unit}</span>
          </span>
          <OpenInSpotify url={url} what={title} />
          <span class="bar" aria-hidden="true" style={{ '--part': count / most }} />
        </li>
      ))}
    </ol>
  );
}

/** As it is, and from where it is: nothing of it is kept. What it shows stands beside it in words. */
function Cover({ link }: { readonly link: string | null }) {
  const [isGone, setGone] = useState(false);
  if (link === null || isGone) return <span class="cover" />;
  return <img class="cover" src={link} alt="" width="40" height="40" loading="lazy" decoding="async" onError={() => setGone(true)} />;
}

/** The way back to where it comes from; nothing where the data names no page of Spotify's. */
export function OpenInSpotify({ url, what }: { readonly url: string | null; readonly what: string }) {
  const link = spotifyLink(url);
  if (link === null) return <span class="open" />;
  return (
    <a class="open" href={link} target="_blank" rel="noreferrer" title="Open in Spotify">
      <span class="unseen">Open {what} in Spotify</span>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M6 3H3v10h10v-3M9 3h4v4M13 3 7.5 8.5" />
      </svg>
    </a>
  );
}
