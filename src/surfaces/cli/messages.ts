import type { Clock } from '../../kernel/clock.ts';
import type { Progress } from '../../pipeline/app.ts';
import type { Output } from './effects.ts';
import { cutTo, plainText } from './render/width.ts';

/** What a person reads beside the result: lines that stay, and one line of progress that is written over. */
export interface Messages {
  line(text: string): void;
  readonly progress: (event: Progress) => void;
  /** Takes the line of progress away. */
  clear(): void;
}

/** Oftener than this nobody reads it. */
const REPAINT_MS = 100;
/** A rate worked out over less than this jumps about. */
const LEAST_RATED_MS = 1_000;

const ERASE_LINE = '\r\u001b[2K';

interface Began {
  readonly at: number;
  readonly done: number;
}

/** `isLive`: stderr is a terminal and may be written over; otherwise progress is not shown at all. */
export function createMessages(stderr: Output, clock: Clock, isLive: boolean): Messages {
  const began = new Map<string, Began>();
  let paintedAt = Number.NEGATIVE_INFINITY;
  let isPainted = false;
  const clear = (): void => {
    if (isPainted) stderr.write(ERASE_LINE);
    isPainted = false;
  };
  const paint = (event: Progress, now: number): void => {
    paintedAt = now;
    isPainted = true;
    const text = progressText(event, paceOf(event, began, now));
    stderr.write(`${ERASE_LINE}${cutTo(plainText(text), (stderr.columns ?? 80) - 1)}`);
  };
  return {
    line: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    progress: (event) => {
      if (!isLive) return;
      const now = clock.now().getTime();
      const isFirst = beginning(event, began, now);
      if (isFirst || now - paintedAt >= REPAINT_MS) paint(event, now);
    },
    clear,
  };
}

/** Notes where a step begins; a step that has gone backwards has begun anew. */
function beginning(event: Progress, began: Map<string, Began>, now: number): boolean {
  const key = keyOf(event);
  const known = began.get(key);
  if (known !== undefined && known.done <= event.done) return false;
  began.set(key, { at: now, done: event.done });
  return true;
}

const keyOf = ({ step, account }: Progress): string => `${step} ${account ?? ''}`;

interface Pace {
  readonly perSecond: number;
  /** Null where nobody knows how much there is. */
  readonly secondsLeft: number | null;
}

/** Over the whole step so far; null until there is something to go by. */
function paceOf(event: Progress, began: ReadonlyMap<string, Began>, now: number): Pace | null {
  const from = began.get(keyOf(event));
  if (from === undefined || now - from.at < LEAST_RATED_MS || event.done <= from.done) return null;
  const perSecond = (event.done - from.done) / ((now - from.at) / 1_000);
  return { perSecond, secondsLeft: event.total === null ? null : Math.max(0, event.total - event.done) / perSecond };
}

/** `saved_tracks (me): 30 of 120 requests, 12/s, 8 s left` */
export function progressText({ step, account, done, total, unit }: Progress, pace: Pace | null): string {
  const isBytes = unit === 'bytes';
  const count = (value: number): string => (isBytes ? sizeText(value) : value.toLocaleString('en-US'));
  const whose = account === null ? '' : ` (${account})`;
  const amount = `${count(done)}${total === null ? '' : ` of ${count(total)}`}${isBytes ? '' : ` ${unit}`}`;
  const parts = [amount, ...(pace === null ? [] : paceTexts(pace, isBytes))];
  return `${step}${whose}: ${parts.join(', ')}`;
}

function paceTexts({ perSecond, secondsLeft }: Pace, isBytes: boolean): readonly string[] {
  const rate = isBytes ? sizeText(perSecond) : perSecond.toLocaleString('en-US', { maximumSignificantDigits: 2 });
  return [`${rate}/s`, ...(secondsLeft === null || secondsLeft < 1 ? [] : [`${durationText(secondsLeft)} left`])];
}

/** `850 B`, `1.4 MB`: decimal, as file managers count. */
function sizeText(bytes: number): string {
  const at = bytes < 1_000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** at;
  return `${value.toLocaleString('en-US', { maximumFractionDigits: at === 0 ? 0 : 1 })} ${['B', 'kB', 'MB', 'GB'][at]}`;
}

/** `8 s`, `3 min`, `2 h 5 min` */
function durationText(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
