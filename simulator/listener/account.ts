import { base62 } from '../world/spotify-id.ts';
import type { World } from '../world/world.ts';
import type { Change } from './library.ts';

/** How somebody listens beyond the common; what is not given leaves an account as it is. */
export interface Habits {
  /** Share of sessions that are a song under a minute, over and over. */
  readonly shortLoops?: number;
  /** Share of sessions that are one song, over and over. */
  readonly repeats?: number;
  /** Share of items that are skipped, in every session. */
  readonly skips?: number;
}

/** One person with a Spotify account, as the simulator is told about them. */
export interface AccountSpec {
  /** `[a-z0-9-]+`; part of the refresh token. */
  readonly name: string;
  readonly displayName: string;
  /** Day of the first play, `YYYY-MM-DD`: nothing is known before it. */
  readonly joinedOn: string;
  readonly country: string;
  /** Local time less UTC, in minutes; the same all year. */
  readonly utcOffsetMinutes: number;
  /** Plays on an average day. */
  readonly playsPerDay: number;
  readonly habits?: Habits;
  /** All that changes in the collection, in the order of time, in place of what its days would bring. */
  readonly collection?: (world: World, account: Account) => readonly Change[];
}

export interface Account extends AccountSpec {
  /** The user id, such as stands in `spotify:user:<id>`. */
  readonly userId: string;
  /** The stable `account_id` of `GET /me`. */
  readonly accountId: string;
}

export const DEFAULT_ACCOUNTS: readonly AccountSpec[] = [
  { name: 'ada', displayName: 'Ada Löwe', joinedOn: '2023-02-11', country: 'DE', utcOffsetMinutes: 60, playsPerDay: 32 },
  { name: 'kenji', displayName: '健二', joinedOn: '2024-06-01', country: 'JP', utcOffsetMinutes: 540, playsPerDay: 14 },
];

export function accountOf(seed: string, spec: AccountSpec): Account {
  return {
    ...spec,
    userId: base62(25, seed, 'user', spec.name).toLowerCase(),
    accountId: base62(28, seed, 'account', spec.name),
  };
}
