import { useEffect, useState } from 'preact/hooks';
import { PeriodHead } from '../app/page-head.tsx';
import { Calendar, twelveMonths } from '../charts/calendar.tsx';
import { useReport } from '../data/queries.ts';
import { Panel } from '../panels/panel.tsx';
import { useAsked, useAsking } from '../period/asked.tsx';
import { day as dayText } from '../words/format.ts';
import { OnThisDay, Sessions, Streaks } from './habits.tsx';
import { HOUR_MS, hoursWords, Measure, playsWords } from './measure.tsx';
import { Plays } from './plays.tsx';
import { Welcome } from './welcome.tsx';
import '../style/history.css';

export function History() {
  const { about } = useAsked();
  if (about.firstPlayedOn === null) return <Welcome page="History" />;
  return (
    <>
      <PeriodHead page="History" />
      <Year />
      <div class="pair">
        <Plays />
        <div>
          <Streaks />
          <Sessions />
          <OnThisDay />
        </div>
      </div>
    </>
  );
}

/** The twelve months that end with the period; a whole year of them, so that the period is seen among its neighbours. */
function Year() {
  const { params, question, span, about } = useAsked();
  const asking = useAsking();
  const [yearsBack, setYearsBack] = useState(0);
  const end = span.to ?? about.today;
  useEffect(() => setYearsBack(0), [span.from, span.to]);
  const last = yearsBack === 0 ? end : `${Number(end.slice(0, 4)) - yearsBack}${lastDayOf(end).slice(4)}`;
  const months = twelveMonths(last);
  const from = months[0] ?? last;
  const asked = { ...params, from, to: last };
  const query = useReport('plays-per-day', asked);
  const inHours = question.measure === 'hours';
  const hasEarlier = about.firstPlayedOn !== null && about.firstPlayedOn < from;
  const isInPeriod = (day: string): boolean => (span.from === null || day >= span.from) && (span.to === null || day <= span.to);
  const aside = (
    <>
      <Measure />
      <span class="steps">
        <button type="button" class="step" aria-label="A year earlier" disabled={!hasEarlier} onClick={() => setYearsBack(yearsBack + 1)}>
          ‹
        </button>
        <button type="button" class="step" aria-label="A year later" disabled={yearsBack === 0} onClick={() => setYearsBack(yearsBack - 1)}>
          ›
        </button>
      </span>
    </>
  );
  return (
    <Panel title={`The year to ${dayText(last)}`} report="plays-per-day" params={asked} query={query} height={18} aside={aside}>
      {({ rows }) => (
        <Calendar
          days={rows.map(({ day, play_count, ms_played, is_certain }) => ({
            day,
            value: inHours ? (ms_played ?? 0) / HOUR_MS : play_count,
            isCertain: is_certain,
          }))}
          months={months}
          last={last}
          isInPeriod={isInPeriod}
          words={inHours ? hoursWords : playsWords}
          onDay={(day) => asking({ range: 'custom', days: { from: day, to: day } })}
        />
      )}
    </Panel>
  );
}

/** Of the month of a day: a year that is gone is shown to the end of its last month. */
function lastDayOf(day: string): string {
  const [year = 0, month = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}
