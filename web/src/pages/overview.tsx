import { PeriodHead } from '../app/page-head.tsx';
import { Clock } from '../charts/clock.tsx';
import { Trend } from '../charts/trend.tsx';
import { useReport } from '../data/queries.ts';
import type { ReportRows } from '../data/report-rows.ts';
import { Panel } from '../panels/panel.tsx';
import { useAsked } from '../period/asked.tsx';
import { plusDays } from '../period/span.ts';
import { number } from '../words/format.ts';
import { HOUR_MS, hoursWords, Measure, playsWords } from './measure.tsx';
import { TopAlbums, TopArtists, TopTracks } from './tops.tsx';
import { Totals } from './totals.tsx';
import { Welcome } from './welcome.tsx';

export function Overview() {
  const { about } = useAsked();
  if (about.firstPlayedOn === null) return <Welcome page="Overview" />;
  return (
    <>
      <PeriodHead page="Overview" />
      <Totals />
      <div class="pair">
        <PerDay />
        <Hours />
      </div>
      <div class="three">
        <TopTracks />
        <TopArtists />
        <TopAlbums />
      </div>
    </>
  );
}

const playWords = (value: number): string => number(value, value % 1 === 0 ? 0 : 1);

/** Plays have their mean from the report; of hours it is worked out from the days shown, and the first six have none. */
function PerDay() {
  const { params, question, span, about } = useAsked();
  const query = useReport('plays-per-day', params);
  const inHours = question.measure === 'hours';
  return (
    <Panel
      title={inHours ? 'Hours per day' : 'Plays per day'}
      report="plays-per-day"
      params={params}
      query={query}
      height={19}
      class="wide"
      aside={<Measure />}
    >
      {({ rows }) => {
        const hours = rows.map(hoursOf);
        const days = rows.map(({ day, play_count, mean_7_days, is_certain }, at) => ({
          day,
          value: inHours ? (hours[at] ?? null) : play_count,
          mean: inHours ? meanOf(hours.slice(Math.max(0, at - 6), at + 1)) : mean_7_days,
          isCertain: is_certain,
        }));
        const [first, last] = [days[0]?.day ?? about.today, days.at(-1)?.day ?? about.today];
        const words = inHours ? hoursWords : playWords;
        return (
          <Trend
            days={days}
            from={span.from ?? first}
            to={span.to ?? laterOf(last, plusDays(first, 6))}
            words={words}
            unit={question.measure}
          />
        );
      }}
    </Panel>
  );
}

const laterOf = (one: string, other: string): string => (one > other ? one : other);

type Day = ReportRows['plays-per-day'];

/** Polls tell no lengths: of a day of polled plays alone nobody knows. */
const hoursOf = ({ ms_played, play_count }: Day): number | null =>
  ms_played === null && play_count > 0 ? null : (ms_played ?? 0) / HOUR_MS;

/** Of seven days that are all known. */
function meanOf(week: readonly (number | null)[]): number | null {
  const known = week.filter((hours) => hours !== null);
  return known.length < 7 ? null : known.reduce((sum, hours) => sum + hours, 0) / 7;
}

function Hours() {
  const { params, question } = useAsked();
  const query = useReport('listening-clock', params);
  const inHours = question.measure === 'hours';
  return (
    <Panel title="Listening clock" report="listening-clock" params={params} query={query} height={19}>
      {({ rows }) => (
        <Clock
          hours={rows.map(({ weekday, hour, play_count, ms_played }) => ({
            weekday,
            hour,
            value: inHours ? (ms_played ?? 0) / HOUR_MS : play_count,
          }))}
          words={inHours ? hoursWords : playsWords}
        />
      )}
    </Panel>
  );
}
