import { DAY_MS, dateText, MINUTE_MS } from '../world/calendar.ts';
import { createRandom, type Random } from '../world/random.ts';
import type { World } from '../world/world.ts';
import type { Account } from './account.ts';
import { withHabits } from './habits.ts';
import type { Library } from './library.ts';
import type { Play } from './play.ts';
import { planSession, type Session } from './session.ts';
import { tasteOf } from './taste.ts';

/** A listening day runs from four in the morning to four in the morning, local time, so that evenings stay whole. */
const DAY_STARTS_MS = 4 * 60 * MINUTE_MS;

/** How likely a session starts in each local hour from four o'clock on. */
const WEEKDAY = [0, 1, 4, 9, 9, 4, 3, 3, 5, 4, 3, 3, 4, 8, 9, 7, 6, 7, 7, 5, 3, 1, 1, 0];
const WEEKEND = [0, 0, 1, 2, 4, 6, 7, 7, 6, 6, 6, 6, 6, 6, 6, 7, 8, 9, 9, 8, 7, 5, 3, 2];
/** January to December: more in winter, holidays in August. */
const SEASON = [1.15, 1.1, 1, 1, 0.95, 0.9, 0.8, 0.6, 1, 1.05, 1.15, 1.3];

/** The day (number of days since 1970-01-01) that a moment belongs to for a listener. */
export function listeningDay(account: Account, at: number): number {
  return Math.floor((at + account.utcOffsetMinutes * MINUTE_MS - DAY_STARTS_MS) / DAY_MS);
}

/** Everything one account listens to on one listening day, one after the other: a function of the seed, the day and the collection. */
export function playsOn(world: World, account: Account, day: number, library: Library): readonly Play[] {
  const random = createRandom(world.seed, 'plays', account.name, day);
  const start = day * DAY_MS + DAY_STARTS_MS - account.utcOffsetMinutes * MINUTE_MS;
  const weekday = (day + 4) % 7;
  const weekend = weekday === 0 || weekday === 6;
  const month = Number(dateText(day).slice(5, 7)) - 1;
  const wanted = random.chance(0.04)
    ? 0
    : Math.round(account.playsPerDay * (weekend ? 1.2 : 0.95) * (SEASON[month] ?? 1) * (0.4 + 1.2 * random.next()));
  const taste = tasteOf(world, account.name, day);
  const plays: Play[] = [];
  let free = start;
  for (const at of sessionStarts(random, weekend ? WEEKEND : WEEKDAY, Math.max(1, Math.ceil(wanted / 9)))) {
    if (plays.length >= wanted) break;
    const mood = { world, account, day, random, taste, library };
    const count = Math.min(random.between(2, 22), wanted - plays.length);
    const session = withHabits(mood, planSession(mood, count), count, plays.length);
    const played = perform(random, session, Math.max(free, start + at), start + DAY_MS);
    plays.push(...played);
    free = (plays.at(-1)?.endedAt ?? free) + 2 * MINUTE_MS;
  }
  return plays;
}

/** Milliseconds after the start of the day, ascending. */
function sessionStarts(random: Random, weights: readonly number[], count: number): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const one = (): number => {
    let left = random.below(total);
    const hour = weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
    return hour * 60 * MINUTE_MS + random.below(60 * MINUTE_MS);
  };
  return Array.from({ length: count * 2 }, one).sort((a, b) => a - b);
}

/** Plays a session from `from` on; what would end after `until` is left out, so that days never overlap. */
function perform(random: Random, session: Session, from: number, until: number): Play[] {
  const plays: Play[] = [];
  let at = from;
  let reasonStart: Play['reasonStart'] = 'clickrow';
  for (const [index, item] of session.items.entries()) {
    const isSkipped = random.chance(session.skipping);
    const isLast = index === session.items.length - 1;
    const isLeft = !isSkipped && isLast && random.chance(0.3);
    const msPlayed = isSkipped ? 900 + random.skewed(item.durationMs) : isLeft ? 1000 + random.below(item.durationMs) : item.durationMs;
    const startedAt = at + 40 + random.below(1800);
    const endedAt = startedAt + msPlayed + (random.chance(0.02) ? random.below(8 * MINUTE_MS) : 0);
    if (endedAt >= until) break;
    const reasonEnd = isSkipped ? 'fwdbtn' : isLeft ? 'endplay' : 'trackdone';
    const { contextUri, platform, shuffle, offline, incognito } = session;
    plays.push({
      startedAt,
      endedAt,
      msPlayed,
      kind: item.kind,
      itemId: item.itemId,
      contextUri,
      reasonStart,
      reasonEnd,
      platform,
      shuffle,
      offline,
      incognito,
    });
    reasonStart = reasonEnd === 'endplay' ? 'clickrow' : reasonEnd;
    at = endedAt;
  }
  return plays;
}
