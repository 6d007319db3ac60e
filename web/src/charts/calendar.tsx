import { useEffect, useRef, useState } from 'preact/hooks';
import { plusDays } from '../period/span.ts';
import { day as dayText } from '../words/format.ts';

export interface CalendarDay {
  readonly day: string;
  readonly value: number;
  readonly isCertain: boolean;
}

interface CalendarProps {
  readonly days: readonly CalendarDay[];
  /** First days of the months shown, in order. */
  readonly months: readonly string[];
  /** The last day there is. */
  readonly last: string;
  readonly isInPeriod: (day: string) => boolean;
  readonly words: (value: number) => string;
  readonly onDay: (day: string) => void;
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** Five shades; the root lets an ordinary day be seen beside the busiest one. */
const shadeOf = (value: number, most: number): number => (value === 0 ? 0 : Math.max(1, Math.ceil(Math.sqrt(value / most) * 5)));

/** Months of days, the darker the more. One stop of the tab key; arrows go from day to day. */
export function Calendar({ days, months, last, isInPeriod, words, onDay }: CalendarProps) {
  const frame = useRef<HTMLDivElement>(null);
  const known = new Map(days.map((one) => [one.day, one]));
  const most = Math.max(1, ...days.map(({ value }) => value));
  const [focused, setFocused] = useState(last);
  const [pointed, setPointed] = useState<string | null>(null);
  useEffect(() => setFocused(last), [last]);

  function move(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = plusDays(focused, step);
    if (next < (months[0] ?? next) || next > last) return;
    setFocused(next);
    frame.current?.querySelector<HTMLButtonElement>(`[data-day="${next}"]`)?.focus();
  }

  const isAllKnown = months.every((month) => daysOf(month, last).every((day) => known.has(day)));
  const told = (day: string): string => {
    const one = known.get(day);
    return `${dayText(day, 'long')}: ${one === undefined ? 'nothing known' : words(one.value)}${one?.isCertain === false ? ' at least' : ''}`;
  };
  return (
    <figure class="calendar">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys and pointers reach it from the buttons inside */}
      <div class="months" ref={frame} onKeyDown={move} onPointerLeave={() => setPointed(null)}>
        {months.map((month) => (
          <section key={month} class="month" aria-label={dayText(month, 'month')}>
            <h3>{dayText(month, 'monthOnly')}</h3>
            <div class="month-days">
              {daysOf(month, last).map((day, at) => (
                <button
                  key={day}
                  type="button"
                  class="day"
                  data-day={day}
                  data-shade={known.has(day) ? shadeOf(known.get(day)?.value ?? 0, most) : undefined}
                  data-outside={isInPeriod(day) ? undefined : ''}
                  data-open={known.get(day)?.isCertain === false ? '' : undefined}
                  style={at === 0 ? { gridColumnStart: weekdayOf(day) } : undefined}
                  tabIndex={day === focused ? 0 : -1}
                  aria-label={told(day)}
                  onFocus={() => setFocused(day)}
                  onPointerEnter={() => setPointed(day)}
                  onClick={() => onDay(day)}
                />
              ))}
            </div>
          </section>
        ))}
      </div>
      <figcaption>
        <span class="readout">{told(pointed ?? focused)}</span>
        <span class="keys" aria-hidden="true">
          <span class="shades">
            {words(0)}
            {[0, 1, 2, 3, 4, 5].map((shade) => (
              <i key={shade} class="day" data-shade={shade} />
            ))}
            {words(most)}
          </span>
          {isAllKnown ? null : <span class="key key-blank">nothing known</span>}
          <span class="key key-dotted">at least</span>
          <span class="key key-faded">outside the period</span>
        </span>
      </figcaption>
    </figure>
  );
}

/** Of a month, up to the last day there is. */
function daysOf(month: string, last: string): readonly string[] {
  const days: string[] = [];
  for (let day = month; day.startsWith(month.slice(0, 7)) && day <= last; day = plusDays(day, 1)) days.push(day);
  return days;
}

/** 1 = Monday. */
const weekdayOf = (day: string): number => ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;

/** First days of the twelve months that end with the month of a day. */
export function twelveMonths(last: string): readonly string[] {
  const [year = 0, month = 1] = last.split('-').map(Number);
  return Array.from({ length: 12 }, (_, at) => new Date(Date.UTC(year, month - 12 + at, 1)).toISOString().slice(0, 10));
}
