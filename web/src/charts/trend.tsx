import { useEffect, useRef, useState } from 'preact/hooks';
import { isDark } from '../app/theme.ts';
import { day } from '../words/format.ts';
import type { TrendDay } from './trend-plot.ts';

interface TrendProps {
  readonly days: readonly TrendDay[];
  /** First and last day that is shown. */
  readonly from: string;
  readonly to: string;
  readonly words: (value: number) => string;
  /** What a bar is, such as `plays`. */
  readonly unit: string;
}

/** A bar a day and the mean of the week that ends on it. What draws it is loaded when the first one is there. */
export function Trend({ days, from, to, words, unit }: TrendProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const look = isDark.value;
  useEffect(() => {
    let isGone = false;
    let end = (): void => undefined;
    void import('./trend-plot.ts').then(({ drawTrend }) => {
      if (!isGone && frame.current !== null) end = drawTrend(frame.current, { days, from, to, words, onDay: setChosen });
    });
    return () => {
      isGone = true;
      end();
      setChosen(null);
    };
  }, [days, from, to, words, look]);
  const shown = days[chosen ?? days.length - 1];
  const most = days.reduce((one, other) => ((other.value ?? 0) > (one.value ?? 0) ? other : one), days[0] ?? EMPTY);
  const hasUncertain = days.some(({ isCertain }) => !isCertain);
  return (
    <figure class="trend">
      <div
        class="trend-plot"
        ref={frame}
        role="img"
        aria-label={`${unit} per day. Most on ${day(most.day, 'long')}: ${words(most.value ?? 0)}`}
      />
      <figcaption>
        <span class="keys" aria-hidden="true">
          <span class="key key-bar">{unit}</span>
          {hasUncertain ? <span class="key key-open">at least</span> : null}
          <span class="key key-line">7-day mean</span>
        </span>
        {shown === undefined ? null : (
          <span class="readout">
            <span class="readout-what">{day(shown.day, 'long')}</span> <b>{shown.value === null ? 'not known' : words(shown.value)}</b>
            {shown.isCertain || shown.value === null ? '' : ' at least'}
            {shown.mean === null ? '' : ` · mean ${words(shown.mean)}`}
          </span>
        )}
      </figcaption>
    </figure>
  );
}

const EMPTY: TrendDay = { day: '1970-01-01', value: 0, mean: null, isCertain: true };
