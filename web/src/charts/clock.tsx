import { useState } from 'preact/hooks';
import { number, weekday } from '../words/format.ts';

export interface HourOfWeek {
  /** 1 = Monday. */
  readonly weekday: number;
  readonly hour: number;
  readonly value: number;
}

/** A record has a gap where it begins: the names of the days stand in it. */
const SLOTS = 25;
const OUTER = 108;
const RING = 10;
const INNER = OUTER - 7 * RING;

const angleOf = (slot: number): number => ((slot + 0.5) / SLOTS) * 2 * Math.PI - Math.PI / 2;
const at = (radius: number, angle: number): string => `${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;

function sector({ weekday: day, hour }: HourOfWeek): string {
  const [outer, inner] = [OUTER - (day - 1) * RING - 0.6, OUTER - day * RING + 0.6];
  const [start, end] = [angleOf(hour) + 0.012, angleOf(hour + 1) - 0.012];
  return `M${at(outer, start)}A${outer} ${outer} 0 0 1 ${at(outer, end)}L${at(inner, end)}A${inner} ${inner} 0 0 0 ${at(inner, start)}Z`;
}

const worded = ({ weekday: day, hour }: HourOfWeek): string => `${weekday(day, 'long')}, ${hour}:00–${(hour + 1) % 24}:00`;

/** The week as a record: a ring for each day, a turn for its hours. Where nothing was played, nothing is drawn. */
export function Clock({ hours, words }: { readonly hours: readonly HourOfWeek[]; readonly words: (value: number) => string }) {
  const [chosen, setChosen] = useState<HourOfWeek | null>(null);
  const most = hours.reduce((one, other) => (other.value > one.value ? other : one), { weekday: 1, hour: 0, value: 0 });
  const shown = chosen ?? most;
  return (
    <figure class="clock">
      <svg
        viewBox="-124 -124 248 248"
        role="img"
        aria-label={`Most on ${worded(most)}: ${words(most.value)}`}
        onPointerLeave={() => setChosen(null)}
      >
        <circle class="clock-disc" r={OUTER + 3} />
        {Array.from({ length: 8 }, (_, ring) => (
          <circle key={ring} class="clock-groove" r={OUTER - ring * RING} />
        ))}
        {hours.map((hour) => (
          <path
            key={`${hour.weekday} ${hour.hour}`}
            class={hour === shown ? 'clock-hour is-shown' : 'clock-hour'}
            d={sector(hour)}
            fill-opacity={0.14 + 0.86 * (hour.value / (most.value || 1))}
            onPointerEnter={() => setChosen(hour)}
          />
        ))}
        {Array.from({ length: 7 }, (_, ring) => (
          <text key={ring} class="clock-day" y={-(OUTER - (ring + 0.5) * RING)}>
            {weekday(ring + 1, 'narrow')}
          </text>
        ))}
        {Array.from({ length: 8 }, (_, eighth) => {
          const angle = angleOf(eighth * 3 + 0.5);
          return (
            <text key={eighth} class="clock-time" x={(OUTER + 9.5) * Math.cos(angle)} y={(OUTER + 9.5) * Math.sin(angle)}>
              {eighth * 3}
            </text>
          );
        })}
        <circle class="clock-label" r={INNER - 5} />
        <circle class="clock-hole" r="2.6" />
      </svg>
      <figcaption>
        <span class="readout-what">
          {chosen === null ? 'Most on ' : ''}
          {worded(shown)}
        </span>
        <b>{words(shown.value)}</b>
        <span class="scale" aria-hidden="true">
          <span>{number(0)}</span>
          <i />
          <span>{words(most.value)}</span>
        </span>
      </figcaption>
    </figure>
  );
}
