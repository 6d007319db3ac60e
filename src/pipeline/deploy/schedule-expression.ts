import type { Cadence } from '../../config.ts';
import { PipelineError } from '../../kernel/errors.ts';

const MINUTE_MS = 60_000;
const UNITS: readonly (readonly [string, number])[] = [
  ['day', 24 * 60 * MINUTE_MS],
  ['hour', 60 * MINUTE_MS],
  ['minute', MINUTE_MS],
];

interface Field {
  readonly least: number;
  readonly most: number;
  /** From `least` on. */
  readonly names: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTE: Field = { least: 0, most: 59, names: [] };
const HOUR: Field = { least: 0, most: 23, names: [] };
const DAY: Field = { least: 1, most: 31, names: [] };
const MONTH: Field = { least: 1, most: 12, names: MONTHS };
/** 7 is Sunday, too. */
const WEEKDAY: Field = { least: 0, most: 7, names: DAYS };

/**
 * What EventBridge Scheduler is told (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html): one expression, or two where
 * a cron names days of the month and of the week, of which either is enough: Scheduler takes only one of them. Errors: `config` for a cron with signs
 * that the two kinds of cron read differently (`L`, `W`, `#`, `?`). `name`: of the job, for the message.
 */
export function scheduleExpressions(cadence: Cadence, name: string): readonly string[] {
  return 'cron' in cadence ? cronExpressions(cadence.cron, name) : [rateExpression(cadence.everyMs)];
}

function rateExpression(everyMs: number): string {
  const [unit, unitMs] = UNITS.find(([, ms]) => everyMs % ms === 0) ?? ['minute', MINUTE_MS];
  const count = Math.max(1, Math.round(everyMs / unitMs));
  return `rate(${count} ${unit}${count === 1 ? '' : 's'})`;
}

function cronExpressions(cron: string, name: string): readonly string[] {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = cron.split(/ +/);
  const values = (text: string, field: Field): ReadonlySet<number> => {
    const read = valuesOf(text, field);
    if (read !== null) return read;
    throw new PipelineError(`schedule.${name}: EventBridge Scheduler has no word for the cron "${cron}"`, {
      code: 'config',
      hint: 'Write it with numbers, names, commas, - and / alone.',
    });
  };
  const weekdays = new Set([...values(weekday, WEEKDAY)].map((one) => one % 7));
  const days = values(day, DAY);
  const [minutes, hours] = [listOf(values(minute, MINUTE), 60), listOf(values(hour, HOUR), 24)];
  const months = listOf(values(month, MONTH), 12);
  const daysOfMonth = listOf(days, 31);
  const daysOfWeek = listOf(weekdays, 7).replace(/\d/g, (digit) => (DAYS[Number(digit)] ?? '').toUpperCase());
  const expression = (ofMonth: string, ofWeek: string): string => `cron(${minutes} ${hours} ${ofMonth} ${months} ${ofWeek} *)`;
  if (weekday === '*') return [expression(daysOfMonth, '?')];
  if (day === '*') return [expression('?', daysOfWeek)];
  const isDaily = daysOfMonth === '*' || daysOfWeek === '*';
  return isDaily ? [expression('*', '?')] : [expression(daysOfMonth, '?'), expression('?', daysOfWeek)];
}

const ascending = (values: ReadonlySet<number>): readonly number[] => [...values].sort((a, b) => a - b);
const listOf = (values: ReadonlySet<number>, all: number): string => (values.size === all ? '*' : ascending(values).join(','));

/** Null where a part is no number, name, range or step. */
function valuesOf(text: string, field: Field): ReadonlySet<number> | null {
  const found = new Set<number>();
  for (const part of text.toLowerCase().split(',')) {
    const [, from = '', to, step = '1'] = /^([a-z]+|\d+|\*)(?:-([a-z]+|\d+))?(?:\/(\d+))?$/.exec(part) ?? [];
    const first = from === '*' ? field.least : numberOf(from, field);
    const isOpen = from === '*' || (to === undefined && part.includes('/'));
    const last = isOpen ? field.most : to === undefined ? first : numberOf(to, field);
    if (first === null || last === null || Number(step) < 1 || last < first) return null;
    for (let value = first; value <= last; value += Number(step)) found.add(value);
  }
  return found;
}

function numberOf(text: string, { least, most, names }: Field): number | null {
  const named = names.indexOf(text);
  const value = named < 0 ? Number(text) : named + least;
  return text !== '' && Number.isInteger(value) && value >= least && value <= most ? value : null;
}
