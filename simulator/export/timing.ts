import type { Play } from '../listener/play.ts';
import { DAY_MS } from '../world/calendar.ts';
import { hashOf } from '../world/random.ts';
import type { Quirk, Touches } from './quirks.ts';

/** A play with the time at which Spotify put it down as ended. */
export interface TimedPlay {
  readonly play: Play;
  /** The play's end in milliseconds, a whole second; null for one that was never sent. */
  readonly ts: number | null;
  readonly quirks: readonly Quirk[];
}

interface Sent extends TimedPlay {
  readonly ts: number;
}

const SECOND_MS = 1000;
/** How far apart two plays may end that are put down at one time. */
const SHARED_WITHIN_MS = 60_000;
/** Nobody's phone stays offline longer: later than this a play is taken as sent in between. */
const LONGEST_OFFLINE_MS = 6 * DAY_MS;

const wholeSecond = (at: number): number => Math.floor(at / SECOND_MS) * SECOND_MS;

/**
 * Plays in the order of their ts. Takes plays in order of their ends, and holds back only those that are not sent yet: an offline one until
 * the next play with a connection. Those that none follows come last, without a ts.
 */
export function* timed(plays: Iterable<Play>, touches: Touches): Generator<TimedPlay> {
  const waiting: Sent[] = [];
  let held: Play[] = [];
  let last: Sent | null = null;
  for (const play of plays) {
    if (play.offline && touches('offline_flush', play.endedAt)) {
      held.push(play);
      continue;
    }
    if (held.length > 0 && !play.offline) {
      const at = sentAt(held, play);
      waiting.push(...held.map((one): Sent => ({ play: one, ts: at, quirks: ['offline_flush'] })));
      held = [];
    }
    const ts = wholeSecond(play.endedAt);
    const isShared = last !== null && mayShare(last, play) && touches('shared_ts', play.endedAt);
    const one: Sent = { play, ts, quirks: isShared ? ['shared_ts'] : [] };
    if (last !== null) waiting.push(isShared ? { ...last, ts, quirks: [...last.quirks, 'shared_ts'] } : last);
    last = one;
    yield* released(waiting, wholeSecond(Math.min(play.startedAt, held[0]?.endedAt ?? play.startedAt)));
  }
  if (last !== null) waiting.push(last);
  yield* released(waiting, Number.POSITIVE_INFINITY);
  yield* held.map((play): TimedPlay => ({ play, ts: null, quirks: ['offline_flush'] }));
}

/** A moment after the connection is back; the same for all that waited for it. */
function sentAt(held: readonly Play[], next: Play): number {
  const [first = next] = held;
  const back = next.startedAt + 1000 + (hashOf(next.startedAt, 'sent') % 500);
  return wholeSecond(Math.max(Math.min(back, first.endedAt + LONGEST_OFFLINE_MS), held.at(-1)?.endedAt ?? 0));
}

function mayShare(last: Sent, play: Play): boolean {
  const isFree = last.quirks.length === 0 && !last.play.offline && !play.offline;
  return isFree && last.play.itemId !== play.itemId && play.endedAt - last.play.endedAt <= SHARED_WITHIN_MS;
}

/** Takes out what nothing that is still to come can precede. */
function released(waiting: Sent[], before: number): readonly Sent[] {
  waiting.sort((a, b) => a.ts - b.ts || a.play.endedAt - b.play.endedAt);
  const count = waiting.findIndex((one) => one.ts >= before);
  return waiting.splice(0, count < 0 ? waiting.length : count);
}
