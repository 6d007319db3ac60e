import { PipelineError } from '../../src/kernel/errors.ts';
import type { Habits } from '../listener/account.ts';
import type { LatePlayedAt } from '../listener/played-at.ts';
import { hashOf } from '../world/random.ts';

/**
 * In what ways exports are odd, each with the share of what it can touch that it touches by default. Sources: published exports and the
 * workarounds of maloja, listenbrainz-server and your_spotify.
 */
export const QUIRKS = {
  /** Three requests instead of one, each with all history up to its own date; on or off. */
  overlapping: 1,
  /** A later request has less of what an earlier one had: rows without reason_end, URI or stamp, one year without reason_end. Asks for `overlapping`. */
  differing_detail: 0.05,
  /** The same row twice, in its file or in the next one. */
  duplicates: 0.02,
  /** A second row with the same item and length, 1 to 30 s later and at most a third of the length. */
  near_copies: 0.02,
  /** Two songs that end within a minute get one ts, that of the later. */
  shared_ts: 0.3,
  /** An offline play has the time it was sent as its ts, often many one, and the time it began as its stamp. */
  offline_flush: 1,
  /** Stamps in milliseconds: all of 2017 to 2022, and this share of the others. */
  ms_timestamps: 0.1,
  /** Tracks by name alone. */
  null_uris: 0.02,
  /** ms_played is 0. */
  zero_ms: 0.01,
  /** ms_played is a matter of days. */
  absurd_ms: 0.003,
  /** The export has another id of the recording than the Web API. */
  relinked: 0.1,
  /** "Unknown Track" in the short history, no names in the extended one. */
  placeholders: 0.01,
  /** Sessions that are one song under a minute, over and over: the account's habit. */
  short_loops: 0.06,
  /** The Web API's played_at is 30 s later than the ts. */
  late_played_at: 0.1,
} as const;

export type Quirk = keyof typeof QUIRKS;

/** Each quirk that is on, with its rate from 0 to 1. */
export type Quirks = Readonly<Partial<Record<Quirk, number>>>;

const NAMES = Object.keys(QUIRKS) as readonly Quirk[];

/** `all`, `none`, or names with commas between, each with `=rate` or at its own. `usage` for what is none. */
export function quirksFrom(text: string): Quirks {
  if (text === 'none') return {};
  if (text === 'all') return QUIRKS;
  return Object.fromEntries(text.split(',').map(quirkFrom));
}

function quirkFrom(part: string): readonly [Quirk, number] {
  const [given = '', rateText] = part.trim().split('=');
  const name = NAMES.find((one) => one === given);
  const hint = `quirks are: all, none, or some of ${NAMES.join(', ')}`;
  if (name === undefined) throw new PipelineError(`--quirks: there is no quirk ${JSON.stringify(given)}`, { code: 'usage', hint });
  const rate = rateText === undefined ? QUIRKS[name] : Number(rateText);
  if (rate >= 0 && rate <= 1) return [name, rate];
  throw new PipelineError(`--quirks: the rate of ${name} is ${JSON.stringify(rateText)}: it lies between 0 and 1`, { code: 'usage' });
}

/** Whether the export is requested several times. */
export const isRepeated = (quirks: Quirks): boolean => quirks.overlapping !== undefined || quirks.differing_detail !== undefined;

/** Habits that an account needs for them. */
export function habitsFor(quirks: Quirks): { readonly habits?: Habits } {
  return quirks.short_loops === undefined ? {} : { habits: { shortLoops: quirks.short_loops } };
}

/** What a simulator has to be told so that its Web API goes with the export. */
export function webApiOptionsFor(quirks: Quirks): { readonly latePlayedAt?: LatePlayedAt } {
  return quirks.late_played_at === undefined ? {} : { latePlayedAt: { rate: quirks.late_played_at, byMs: 30_000 } };
}

/** Whether a quirk touches a thing: chance that depends on the seed, the quirk and the thing alone, so that no quirk moves another. */
export type Touches = (quirk: Quirk, thing: string | number) => boolean;

export function createTouches(seed: string, quirks: Quirks): Touches {
  return (quirk, thing) => {
    const rate = quirks[quirk] ?? 0;
    return rate > 0 && hashOf(seed, quirk, thing) < rate * 2 ** 32;
  };
}
