import { PipelineError } from '../../src/kernel/errors.ts';
import { type AccountSpec, DEFAULT_ACCOUNTS } from '../listener/account.ts';
import { createListener } from '../listener/listener.ts';
import { createPacedListening, listeningOf } from '../listener/paced.ts';
import { DAY_MS, dateText, dayOf } from '../world/calendar.ts';
import { createWorld } from '../world/world.ts';
import type { ExportOptions } from './export.ts';
import { FORMS, type Form } from './forms.ts';
import { habitsFor, type Quirks } from './quirks.ts';

/** An export as it is ordered on a command line. */
export interface ExportOrder {
  readonly seed: string;
  readonly account: string;
  /** Milliseconds. */
  readonly until: number;
  readonly years: number | null;
  readonly plays: number | null;
  readonly forms: readonly Form[];
  readonly quirks: Quirks;
}

/** The world of a simulator that is told nothing else. */
const ARTISTS = 400;
/** A long history needs more to listen to: some 60,000 tracks. */
const MANY_ARTISTS = 1_500;
const MANY_PLAYS = 200_000;
const DEFAULT_YEARS = 3;
const DEFAULT_PLAYS_PER_DAY = 30;
const DAYS_A_YEAR = 365.25;

/** A form by its name, or all of them. `usage` for what is none. */
export function formsFrom(text: string): readonly Form[] {
  const form = FORMS.find((one) => one === text);
  if (text === 'all' || form !== undefined) return form === undefined ? FORMS : [form];
  const hint = `forms are: all, ${FORMS.join(', ')}`;
  throw new PipelineError(`--form is ${JSON.stringify(text)}`, { code: 'usage', hint });
}

/**
 * World and listener for an order. Without years and plays, an account that `tonearm simulate` has is the one it has with the same seed: its
 * export and its Web API tell of the same plays. Else it is an account that plays so often in so many years.
 */
export function optionsFor({ seed, account, until, years, plays, forms, quirks }: ExportOrder): Omit<ExportOptions, 'packageName'> {
  const known = DEFAULT_ACCOUNTS.find((one) => one.name === account);
  const shared = { until, forms, quirks };
  if (known !== undefined && years === null && plays === null) {
    const world = createWorld(seed, ARTISTS);
    return { ...shared, world, listening: listeningOf(createListener(world, { ...known, ...habitsFor(quirks) })) };
  }
  const days = (years ?? DEFAULT_YEARS) * DAYS_A_YEAR;
  const count = plays ?? Math.round(days * DEFAULT_PLAYS_PER_DAY);
  const world = createWorld(seed, count > MANY_PLAYS ? MANY_ARTISTS : ARTISTS);
  const spec: AccountSpec = {
    ...{ name: account, displayName: account, country: 'DE', utcOffsetMinutes: 60, playsPerDay: DEFAULT_PLAYS_PER_DAY },
    ...known,
    ...habitsFor(quirks),
    joinedOn: dateText(dayOf(until - days * DAY_MS)),
  };
  return { ...shared, world, listening: createPacedListening(world, spec, count, until) };
}
