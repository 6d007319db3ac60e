import { hashOf } from '../world/random.ts';
import type { Play } from './play.ts';

/** The Web API tells the end of some plays late. */
export interface LatePlayedAt {
  /** Share of plays, 0 to 1. */
  readonly rate: number;
  readonly byMs: number;
}

/** What recently-played gives as `played_at`, in milliseconds. */
export type PlayedAt = (play: Play) => number;

/** The true end of every play, but for those that are told late: a function of the seed and the play. */
export function createPlayedAt(seed: string, late: LatePlayedAt | undefined): PlayedAt {
  if (late === undefined) return (play) => play.endedAt;
  return ({ endedAt, itemId }) => endedAt + (hashOf(seed, 'late', itemId, endedAt) < late.rate * 2 ** 32 ? late.byMs : 0);
}
