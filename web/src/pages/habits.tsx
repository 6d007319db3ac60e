import { useState } from 'preact/hooks';
import { OpenInSpotify } from '../charts/ranking.tsx';
import { useReport } from '../data/queries.ts';
import { Bound } from '../panels/notes.tsx';
import { Panel } from '../panels/panel.tsx';
import { useAsked } from '../period/asked.tsx';
import { day, days, duration, instant, number, timeOfDay } from '../words/format.ts';
import { playsWords } from './measure.tsx';

export function Streaks() {
  const { params } = useAsked();
  const asked = { ...params, limit: 5 };
  const query = useReport('streaks', asked);
  return (
    <Panel title="Days in a row" report="streaks" params={asked} query={query} height={12}>
      {({ rows, answer }) => (
        <ol class="entries">
          {rows.map(({ from_day, to_day, day_count, play_count, is_current }) => (
            <li key={from_day} class="entry">
              <b class="entry-figure">
                <Bound of={answer} />
                {number(day_count)}
                <small>{day_count === 1 ? 'day' : 'days'}</small>
              </b>
              <span class="entry-what">
                {days(from_day, to_day)}
                {is_current ? <em> goes on</em> : null}
              </span>
              <span class="entry-count">{playsWords(play_count)}</span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

const ORDERS = ['longest', 'newest'] as const;

export function Sessions() {
  const { params, timeZone } = useAsked();
  const [order, setOrder] = useState<(typeof ORDERS)[number]>('longest');
  const asked = { ...params, order, limit: 6 };
  const query = useReport('sessions', asked);
  const orders = (
    <fieldset class="switch">
      <legend class="unseen">Order</legend>
      {ORDERS.map((one) => (
        <button key={one} type="button" aria-pressed={one === order} onClick={() => setOrder(one)}>
          {one}
        </button>
      ))}
    </fieldset>
  );
  return (
    <Panel title="Sessions" report="sessions" params={asked} query={query} height={22} aside={orders}>
      {({ rows }) => (
        <ol class="entries">
          {rows.map(({ started_at, ended_at, minutes, play_count, first_track_name, top_artist_name, account_id, url }) => (
            <li key={`${account_id} ${started_at}`} class="entry">
              <b class="entry-figure">{duration(minutes * 60_000)}</b>
              <span class="entry-what">
                <span class="entry-title">
                  <bdi>{top_artist_name ?? first_track_name ?? 'no name known'}</bdi>
                </span>
                <span class="entry-by">
                  {instant(started_at, timeZone)} – {timeOfDay(ended_at, timeZone)} · {playsWords(play_count)} · from{' '}
                  <bdi>{first_track_name ?? 'a track without a name'}</bdi>
                </span>
              </span>
              <OpenInSpotify url={url} what={first_track_name ?? 'the first track'} />
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

/** Of the last day of the period: a year ago and before. The days of the period itself say nothing here. */
export function OnThisDay() {
  const { params, span, about } = useAsked();
  const { account = null, time_zone = null, counting = null } = params;
  const of = span.to ?? about.today;
  const asked = { account, time_zone, counting, day: of, limit: 8 };
  const query = useReport('on-this-day', asked);
  return (
    <Panel title={`${day(of, 'dayOnly')} in other years`} report="on-this-day" params={asked} query={query} height={20}>
      {({ rows }) => (
        <ol class="entries">
          {rows.map(({ played_on, track_name, artist_name, play_count, url }) => (
            <li key={`${played_on} ${url ?? track_name}`} class="entry">
              <b class="entry-figure">{played_on.slice(0, 4)}</b>
              <span class="entry-what">
                <span class="entry-title">
                  <bdi>{track_name}</bdi>
                </span>
                <span class="entry-by">
                  <bdi>{artist_name}</bdi>
                </span>
              </span>
              <span class="entry-count">{playsWords(play_count)}</span>
              <OpenInSpotify url={url} what={track_name} />
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
