import { PipelineError } from '../kernel/errors.ts';

/** What the clock on the wall shows, `YYYY-MM-DD HH:MM:SS`. */
export interface Span {
  readonly from: string;
  /** Not in it any more. */
  readonly until: string;
}

const HINT = 'It is a year, a month, a day or a minute such as 2024-03-01T10:00, or two of them with .. between: 2024-03-01..2024-03-07.';

const wrong = (text: string): PipelineError =>
  new PipelineError(`${JSON.stringify(text)} is no span of time`, { code: 'usage', hint: HINT });

/** A moment, and the first one after the year, month, day, minute or second that the text names. */
interface Named {
  readonly start: Date;
  readonly end: Date;
  readonly isDay: boolean;
}

/** UTC stands in for the time on the wall: only the calendar is asked for. */
function named(text: string): Named {
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?)?)?$/.exec(text);
  if (match === null) throw wrong(text);
  const given = match.slice(1).filter((part) => part !== undefined);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = given.map(Number);
  const at = (years: number, months: number, days: number, minutes: number, seconds: number): Date =>
    new Date(Date.UTC(year + years, month - 1 + months, day + days, hour, minute + minutes, second + seconds));
  const start = at(0, 0, 0, 0, 0);
  // A date that there is not, such as the 30th of February, moves on to another one.
  if (!start.toISOString().startsWith(`${given.slice(0, 3).join('-')}`) || hour > 23 || minute > 59 || second > 59) throw wrong(text);
  const step = [at(1, 0, 0, 0, 0), at(0, 1, 0, 0, 0), at(0, 0, 1, 0, 0), null, at(0, 0, 0, 1, 0), at(0, 0, 0, 0, 1)][given.length - 1];
  return { start, end: step ?? start, isDay: given.length <= 3 };
}

const wall = (at: Date): string => at.toISOString().slice(0, 19).replace('T', ' ');

/**
 * The span that a person names: `2024`, `2024-03`, `2024-03-01`, `2024-03-01T10:00`, or two of these with `..` between. A last day, month or
 * year is in it to its end, a last time of day is not.
 *
 * Errors: `usage` for what is no time or ends before it begins.
 */
export function spanOf(text: string): Span {
  const [first = '', last, ...more] = text.trim().split('..');
  if (more.length > 0) throw wrong(text);
  const from = named(first);
  const to = last === undefined ? from : named(last);
  const until = last === undefined || to.isDay ? to.end : to.start;
  if (until <= from.start) throw wrong(text);
  return { from: wall(from.start), until: wall(until) };
}
