import type { Config } from '../config.ts';
import type { TimeZone } from '../tables/time-zone.ts';

/** Where the days of each account begin, by its name. */
export const zonesOf = ({ accounts }: Pick<Config, 'accounts'>): Readonly<Record<string, TimeZone>> =>
  Object.fromEntries(accounts.map(({ name, timeZone }) => [name, timeZone]));
