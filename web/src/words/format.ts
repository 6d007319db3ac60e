/** Numbers and dates as the reader's own country writes them; the words around them, units too, are English as the page is. */

const locales = (): readonly string[] => (typeof navigator === 'undefined' ? ['en'] : navigator.languages);

const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

/** Making a format costs far more than using it. */
function kept<Format extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => Format): Format {
  const known = made.get(key) as Format | undefined;
  if (known !== undefined) return known;
  const format = make();
  made.set(key, format);
  return format;
}

const numbers = (options: Intl.NumberFormatOptions): Intl.NumberFormat =>
  kept(`n${JSON.stringify(options)}`, () => new Intl.NumberFormat([...locales()], options));
const dates = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  kept(`d${JSON.stringify(options)}`, () => new Intl.DateTimeFormat([...locales()], options));

export const number = (value: number, digits = 0): string => numbers({ maximumFractionDigits: digits }).format(value);

/** A number of things, by the word that goes with it: `1 file`, `2,010 files`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${number(count)} ${count === 1 ? one : many}`;

export const percent = (part: number): string =>
  numbers({ style: 'percent', maximumFractionDigits: part !== 0 && Math.abs(part) < 0.1 ? 1 : 0 }).format(part);

const HOUR_MS = 3_600_000;

/** Of milliseconds: `12.4 h`, or `37 min`. */
export function duration(ms: number): string {
  if (ms > 0 && ms < HOUR_MS) return `${number(Math.max(1, ms / 60_000))} min`;
  return `${number(ms / HOUR_MS, ms < 100 * HOUR_MS ? 1 : 0)} h`;
}

/** `3:05` of milliseconds, as players write it. */
export function clockTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (part: number): string => String(part).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}:${two(seconds % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function bytes(count: number): string {
  const step = count < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(count) / 3));
  const unit = UNITS[step] ?? 'byte';
  const value = count / 1000 ** step;
  return numbers({ style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: step > 0 && value < 100 ? 1 : 0 }).format(value);
}

type DayStyle = 'short' | 'long' | 'month' | 'monthOnly' | 'dayOnly';

const DAY_STYLES: Readonly<Record<DayStyle, Intl.DateTimeFormatOptions>> = {
  short: { day: 'numeric', month: 'short', year: 'numeric' },
  long: { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
  monthOnly: { month: 'short', year: '2-digit' },
  dayOnly: { day: 'numeric', month: 'short' },
};

/** A day is no instant: it is written as it is, whatever the zone of the browser. */
export const day = (iso: string, style: DayStyle = 'short'): string =>
  dates({ ...DAY_STYLES[style], timeZone: 'UTC' }).format(new Date(`${iso.slice(0, 10)}T00:00:00Z`));

/** `6 Oct – 4 Nov 2026`; what both share is said once. */
export const days = (from: string, to: string): string =>
  dates({ ...DAY_STYLES.short, timeZone: 'UTC' }).formatRange(new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`));

/** An instant as the clock on the wall of a zone showed it. */
export const instant = (iso: string, timeZone: string): string =>
  dates({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone }).format(new Date(iso));

export const timeOfDay = (iso: string, timeZone: string): string =>
  dates({ hour: '2-digit', minute: '2-digit', timeZone }).format(new Date(iso));

/** 1 = Monday. */
export const weekday = (iso: number, style: 'long' | 'short' | 'narrow' = 'short'): string =>
  dates({ weekday: style, timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, iso)));

/** A span of time in one unit: `17 days`, `5 hours`, `40 seconds`. */
export function age(ms: number): string {
  const steps = [
    ['day', 86_400_000],
    ['hour', HOUR_MS],
    ['minute', 60_000],
    ['second', 1000],
  ] as const;
  const [unit, length] = steps.find(([, size]) => ms >= 2 * size) ?? steps[3];
  return counted(Math.max(0, Math.floor(ms / length)), unit);
}
