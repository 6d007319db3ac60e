import { useEffect, useId, useState } from 'preact/hooks';
import { useLocation, useSearch } from 'wouter-preact';
import type { PlayAnswer } from '../../../src/surfaces/http/answers.ts';
import { OpenInSpotify } from '../charts/ranking.tsx';
import { useAnswer, useReport } from '../data/queries.ts';
import type { ReportRows } from '../data/report-rows.ts';
import { Panel } from '../panels/panel.tsx';
import { Failed, Waiting } from '../panels/state.tsx';
import { useAsked } from '../period/asked.tsx';
import { dayIn } from '../period/span.ts';
import { clockTime, day, instant, number, timeOfDay } from '../words/format.ts';

type Play = ReportRows['recent-plays'];

const STEP = 30;
const MOST = 500;
/** A pause in typing. */
const PAUSE_MS = 300;

/** Plays of the period, the newest first, found by words; each opens to what it is made of. */
export function Plays() {
  const { params } = useAsked();
  const { counting: _, ...period } = params;
  const [sought, seek] = useSought();
  const [limit, setLimit] = useState(STEP);
  useEffect(() => setLimit(STEP), [JSON.stringify(period), sought]);
  const asked = { ...period, search: sought === '' ? null : sought, limit };
  const query = useReport('recent-plays', asked);
  return (
    <Panel title="Plays" report="recent-plays" params={asked} query={query} height={40} aside={<Search sought={sought} onSeek={seek} />}>
      {({ rows }) => (
        <>
          <PlayList plays={rows} />
          {rows.length < limit || limit >= MOST ? null : (
            <button type="button" class="more" onClick={() => setLimit(Math.min(MOST, limit * 2))}>
              Up to {number(Math.min(MOST, limit * 2))}
            </button>
          )}
        </>
      )}
    </Panel>
  );
}

/** The words are part of the address, but not each letter of them a step on the way back. */
function useSought(): readonly [string, (words: string) => void] {
  const [path, navigate] = useLocation();
  const search = useSearch();
  const said = new URLSearchParams(search);
  const seek = (words: string): void => {
    if (words === '') said.delete('search');
    else said.set('search', words);
    navigate(said.size === 0 ? path : `${path}?${said}`, { replace: true });
  };
  return [said.get('search') ?? '', seek];
}

function Search({ sought, onSeek }: { readonly sought: string; readonly onSeek: (words: string) => void }) {
  const [words, setWords] = useState(sought);
  useEffect(() => setWords(sought), [sought]);
  useEffect(() => {
    if (words.trim() === sought) return undefined;
    const pause = setTimeout(() => onSeek(words.trim()), PAUSE_MS);
    return () => clearTimeout(pause);
  }, [words]);
  return (
    <input
      type="search"
      class="play-search"
      placeholder="Title, artist, album"
      aria-label="Search plays"
      maxLength={200}
      value={words}
      onInput={({ currentTarget: { value } }) => setWords(value)}
    />
  );
}

function PlayList({ plays }: { readonly plays: readonly Play[] }) {
  const { timeZone } = useAsked();
  const dayOf = ({ ended_at }: Play): string => dayIn(timeZone, ended_at);
  return (
    <ol class="plays">
      {plays.map((play, at) => {
        const before = plays[at - 1];
        const isFirst = before === undefined || dayOf(before) !== dayOf(play);
        return (
          <li key={play.play_id}>
            {isFirst ? <h3 class="plays-day">{day(dayOf(play), 'long')}</h3> : null}
            <PlayRow play={play} />
          </li>
        );
      })}
    </ol>
  );
}

function PlayRow({ play }: { readonly play: Play }) {
  const { timeZone, about, question } = useAsked();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const { ended_at, title, artist_name, album_name, kind, ms_played, account_id, url } = play;
  const of = [artist_name, album_name].filter((name) => name !== null);
  return (
    <div class="play">
      <button type="button" class="play-button" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
        <time dateTime={ended_at}>{timeOfDay(ended_at, timeZone)}</time>
        <span class="ranked">
          <span class="ranked-title">
            <bdi>{title ?? 'no name known'}</bdi>
          </span>
          <span class="ranked-by">
            <bdi>{of.join(' · ')}</bdi>
          </span>
        </span>
        {kind === 'track' ? null : <span class="play-kind">{kind.replaceAll('_', ' ')}</span>}
        {about.accounts.length > 1 && question.account === null ? <span class="play-kind">{account_id}</span> : null}
        <span class="play-length">{ms_played === null ? '–' : clockTime(ms_played)}</span>
      </button>
      <OpenInSpotify url={url} what={title ?? 'it'} />
      <div class="evidence" id={id} hidden={!isOpen}>
        {isOpen ? <Evidence playId={play.play_id} /> : null}
      </div>
    </div>
  );
}

/** The records that a play is made of, and why it is one play. */
function Evidence({ playId }: { readonly playId: string }) {
  const { timeZone } = useAsked();
  const { data, error, refetch } = useAnswer<PlayAnswer>(`/api/plays/${encodeURIComponent(playId)}`, {});
  if (error !== null) return <Failed error={error} onAgain={() => void refetch()} />;
  if (data === undefined) return <Waiting height={4} what="What the play is made of" />;
  return (
    <>
      <p>
        Ended {instant(data.endedAt, timeZone)}; {data.confidence}.{data.isHidden ? ' A rule of yours keeps it out of reports.' : ''} It is
        made of:
      </p>
      <ul>
        {(data.evidence ?? []).map(({ rawKey, line, record, origin, verdict, because, file, copies }) => (
          <li key={`${rawKey} ${line} ${record}`}>
            <b>{origin.replaceAll('_', ' ')}</b>: {verdict}
            {because === '' ? '' : `, ${because}`}
            {copies > 0 ? `; seen ${number(copies)} times more` : ''}
            <code>
              {file ?? rawKey} : {line}
              {record === null ? '' : ` [${record}]`}
            </code>
          </li>
        ))}
      </ul>
    </>
  );
}
