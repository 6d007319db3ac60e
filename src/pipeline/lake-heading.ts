import { basename } from 'node:path';
import type { Config } from '../config.ts';
import type { Engine } from '../engines/engine.ts';
import { bucketOf } from '../kernel/lake-place.ts';
import { zoneChanges, zoneOn } from '../tables/time-zone.ts';
import { rowsOf } from './plays-listing.ts';
import firstPlaySql from './sql/first_play.sql';

/** Whose lake it is, without where it lies. */
export interface LakeHeading {
  /** Its last folder, or its bucket. */
  readonly lake: string;
  /** Each with the zone in which it lives now. */
  readonly accounts: readonly { readonly name: string; readonly timeZone: string }[];
  /** `YYYY-MM-DD`, in the zone of the first account. */
  readonly today: string;
  /** Every zone that the settings name, each once. */
  readonly timeZones: readonly string[];
}

/** The name of a lake, without the folders or prefixes around it. */
export const lakeName = (lake: string): string => bucketOf(lake)?.bucket ?? basename(lake);

export function lakeHeading({ lake, accounts }: Pick<Config, 'lake' | 'accounts'>, now: Date): LakeHeading {
  const zones = accounts.flatMap(({ timeZone }) => zoneChanges(timeZone).map(({ zone }) => zone));
  const living = accounts.map(({ name, timeZone }) => ({ name, timeZone: zoneOn(timeZone, now) }));
  return {
    lake: lakeName(lake),
    accounts: living,
    today: new Intl.DateTimeFormat('en-CA', { timeZone: living[0]?.timeZone ?? 'UTC' }).format(now),
    timeZones: [...new Set(zones)],
  };
}

/** `YYYY-MM-DD` in the time zone of its account; null where no play is known. Errors: those of the engine. */
export async function firstPlayedOn(engine: Engine, signal: AbortSignal): Promise<string | null> {
  const [row] = await rowsOf(engine, firstPlaySql, {}, signal);
  return typeof row?.day === 'string' ? row.day : null;
}
