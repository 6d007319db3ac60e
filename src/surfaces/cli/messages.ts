import type { Clock } from '../../kernel/clock.ts';
import type { Progress } from '../../pipeline/app.ts';
import type { Output } from './effects.ts';

/** What a person reads beside the result: lines that stay, and one line of progress that is written over. */
export interface Messages {
  line(text: string): void;
  readonly progress: (event: Progress) => void;
  /** Takes the line of progress away. */
  clear(): void;
}

/** Oftener than this nobody reads it. */
const REPAINT_MS = 100;

const ERASE_LINE = '\r\u001b[2K';

/** `isLive`: stderr is a terminal and may be written over; otherwise progress is not shown at all. */
export function createMessages(stderr: Output, clock: Clock, isLive: boolean): Messages {
  let paintedAt = Number.NEGATIVE_INFINITY;
  let isPainted = false;
  const clear = (): void => {
    if (isPainted) stderr.write(ERASE_LINE);
    isPainted = false;
  };
  return {
    line: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    progress: (event) => {
      const now = clock.now().getTime();
      if (!isLive || now - paintedAt < REPAINT_MS) return;
      paintedAt = now;
      isPainted = true;
      stderr.write(`${ERASE_LINE}${progressText(event).slice(0, (stderr.columns ?? 80) - 1)}`);
    },
    clear,
  };
}

/** `saved_tracks (me): 3 of 12 requests` */
export function progressText({ step, account, done, total, unit }: Progress): string {
  const count = (value: number): string => value.toLocaleString('en-US');
  const whose = account === null ? '' : ` (${account})`;
  return `${step}${whose}: ${count(done)}${total === null ? '' : ` of ${count(total)}`} ${unit}`;
}
