import type { Track } from '../world/music.ts';
import { createRandom, type Random } from '../world/random.ts';
import type { World } from '../world/world.ts';
import { asItem, type Mood, type Session } from './session.ts';

const MINUTE_MS = 60_000;

/**
 * The session as an account's habits make it; the same session for an account without any. Chance of its own, so that no habit changes what
 * else happens. `nth` tells the sessions of a day apart.
 */
export function withHabits(mood: Mood, session: Session, count: number, nth: number): Session {
  const { habits, name } = mood.account;
  if (habits === undefined) return session;
  const random = createRandom(mood.world.seed, 'habits', name, mood.day, nth);
  const skipping = habits.skips ?? session.skipping;
  const short = random.chance(habits.shortLoops ?? 0) ? shortTrack(mood.world, mood.day, random) : null;
  if (short !== null) return { ...session, ...looped(short, Math.max(3, count)), skipping: 0 };
  const song = random.chance(habits.repeats ?? 0) ? mood.taste.track(random) : null;
  if (song !== null) return { ...session, ...looped(song, Math.max(3, count)), skipping };
  return { ...session, skipping };
}

function looped(track: Track, times: number): Pick<Session, 'items' | 'contextUri' | 'shuffle'> {
  return { items: Array.from({ length: times }, () => asItem(track)), contextUri: `spotify:album:${track.album.id}`, shuffle: false };
}

/** Some song under a minute that is out by then; null in a world without one. */
function shortTrack({ tracks }: World, day: number, random: Random): Track | null {
  const from = random.below(tracks.length);
  const isShort = (track: Track): boolean => track.durationMs < MINUTE_MS && track.album.releasedDay <= day;
  return tracks.slice(from).find(isShort) ?? tracks.find(isShort) ?? null;
}
