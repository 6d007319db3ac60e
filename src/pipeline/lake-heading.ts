import { basename } from 'node:path';
import type { Config } from '../config.ts';
import type { Engine } from '../engines/engine.ts';
import { bucketOf } from '../kernel/lake-place.ts';
import { zoneChanges, zoneOn } from '../tables/time-zone.ts';
import { inTables } from './accounts.ts';
import { rowsOf } from './plays-listing.ts';
import firstPlaySql from './sql/first_play.sql';

/** Whose lake it is, without where it lies. */
export interface LakeHeading {
  /** Its last folder, or its bucket. */
  readonly lake: string;
  /** Those of the settings, then those that the tables alone know; each with the zone in which it lives now. */
  readonly accounts: readonly { readonly name: string; readonly timeZone: string }[];
  /** `YYYY-MM-DD`, in the zone of the first account. */
  readonly today: string;
  /** Every zone that the settings name, each once. */
  readonly timeZones: readonly string[];
}

/** The name of a lake, without the folders or prefixes around it. */
export const lakeName = (lake: string): string => bucketOf(lake)?.bucket ?? basename(lake);

/** `known`: accounts that the tables tell anything of. */
export function lakeHeading({ lake, accounts }: Pick<Config, 'lake' | 'accounts'>, known: readonly string[], now: Date): LakeHeading {
  const zones = accounts.flatMap(({ timeZone }) => zoneChanges(timeZone).map(({ zone }) => zone));
  // One that stands in where no settings name any is nobody, where the tables know somebody.
  const named = accounts.filter(({ name, isAssumed }) => isAssumed !== true || known.length === 0 || known.includes(name));
  const others = known.filter((name) => !named.some((account) => account.name === name));
  const living = [
    ...named.map(({ name, timeZone }) => ({ name, timeZone: zoneOn(timeZone, now) })),
    ...others.map((name) => ({ name, timeZone: 'UTC' })),
  ];
  return {
    lake: lakeName(lake),
    accounts: living,
    today: new Intl.DateTimeFormat('en-CA', { timeZone: living[0]?.timeZone ?? 'UTC' }).format(now),
    timeZones: [...new Set(zones)],
  };
}

/** What the tables know of whom; it is the same as long as the catalog is. */
export interface Listeners {
  /** The first day on which anybody played anything, `YYYY-MM-DD` in the time zone of the account; null where no play is known. */
  readonly firstPlayedOn: string | null;
  readonly accounts: readonly string[];
}

/** Errors: those of the engine. */
export async function listenersIn(engine: Engine, signal: AbortSignal): Promise<Listeners> {
  const [row] = await rowsOf(engine, firstPlaySql, {}, signal);
  return { firstPlayedOn: typeof row?.day === 'string' ? row.day : null, accounts: await inTables(engine, signal) };
}
