import uPlot from 'uplot';
import { day as dayText } from '../words/format.ts';

export interface TrendDay {
  readonly day: string;
  /** Null where it is not known. */
  readonly value: number | null;
  readonly mean: number | null;
  readonly isCertain: boolean;
}

interface Plot {
  readonly days: readonly TrendDay[];
  readonly from: string;
  readonly to: string;
  readonly words: (value: number) => string;
  /** Told the place in `days` under the pointer, or null. */
  readonly onDay: (at: number | null) => void;
}

const DAY_S = 86_400;
const secondsOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000;
const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

/** Draws into the frame, follows its width, and returns what removes it again. */
export function drawTrend(frame: HTMLElement, { days, from, to, words, onDay }: Plot): () => void {
  const plot = new uPlot(optionsFor(frame, { days, from, to, words, onDay }), dataOf(days), frame);
  const watcher = new ResizeObserver(() => {
    const { width, height } = sizeOf(frame);
    if (width !== plot.width || height !== plot.height) plot.setSize({ width, height });
  });
  watcher.observe(frame);
  return () => {
    watcher.disconnect();
    plot.destroy();
  };
}

/** Days that are not certain are a series of their own, drawn hollow: shape tells, not colour. */
function dataOf(days: readonly TrendDay[]): uPlot.AlignedData {
  return [
    days.map(({ day }) => secondsOf(day)),
    days.map(({ value, isCertain }) => (isCertain ? value : null)),
    days.map(({ value, isCertain }) => (isCertain ? null : value)),
    days.map(({ mean }) => mean),
  ];
}

const sizeOf = (frame: HTMLElement): { readonly width: number; readonly height: number } => ({
  width: frame.clientWidth,
  height: frame.clientHeight,
});

function optionsFor(frame: HTMLElement, { days, from, to, words, onDay }: Plot): uPlot.Options {
  const style = getComputedStyle(frame);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const [ink, faint, rule, accent] = [colour('--ink'), colour('--ink-2'), colour('--rule'), colour('--accent')];
  const [first, last] = [secondsOf(from), secondsOf(to)];
  const isFine = days.length <= 120;
  const bars = uPlot.paths.bars?.({ size: isFine ? [0.72, 36] : [1, 36], align: 0 });
  const path = bars === undefined ? {} : { paths: bars };
  const font = `12px ${style.fontFamily}`;
  return {
    ...sizeOf(frame),
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'UTC'),
    padding: [8, 4, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { time: true, range: [first - DAY_S / 2, last + DAY_S / 2] },
      y: { range: (_, __, most) => [0, Math.max(most * 1.08, 1)] },
    },
    series: [
      {},
      { ...path, fill: isFine ? `${ink}38` : `${ink}30`, width: 0, points: { show: false } },
      { ...path, ...(isFine ? { stroke: faint, fill: `${ink}12`, width: 1 } : { fill: `${ink}18`, width: 0 }), points: { show: false } },
      { stroke: accent, width: 2, points: { show: false } },
    ],
    axes: [
      {
        stroke: faint,
        font,
        grid: { show: false },
        ticks: { stroke: rule, size: 4 },
        space: 76,
        values: (_, splits) => dayLabels(splits, last - first),
      },
      {
        stroke: faint,
        font,
        grid: { stroke: rule, width: 1 },
        ticks: { show: false },
        size: 56,
        space: 44,
        values: (_, splits) => splits.map(words),
      },
    ],
    hooks: { setCursor: [({ cursor }) => onDay(cursor.idx ?? null)] },
  };
}

/** A day each, or a month, or a year, as long as the span is. */
function dayLabels(splits: readonly number[], length: number): string[] {
  return splits.map((at) => {
    if (length > 5 * 365 * DAY_S) return isoOf(at).slice(0, 4);
    return dayText(isoOf(at), length > 120 * DAY_S ? 'monthOnly' : 'dayOnly');
  });
}
