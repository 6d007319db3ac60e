import { useAsked, useAsking } from '../period/asked.tsx';
import { duration, number } from '../words/format.ts';

export const HOUR_MS = 3_600_000;

export const playsWords = (value: number): string => `${number(value)} ${value === 1 ? 'play' : 'plays'}`;
export const hoursWords = (value: number): string => duration(value * HOUR_MS);

/** What is counted: plays, or hours of those whose length is known. */
export function Measure() {
  const { question } = useAsked();
  const asking = useAsking();
  return (
    <fieldset class="switch">
      <legend class="unseen">Measure</legend>
      {(['plays', 'hours'] as const).map((measure) => (
        <button key={measure} type="button" aria-pressed={question.measure === measure} onClick={() => asking({ measure })}>
          {measure}
        </button>
      ))}
    </fieldset>
  );
}
