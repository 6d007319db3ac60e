import { DAY_MS } from '../world/calendar.ts';
import type { Track } from '../world/music.ts';
import type { Random } from '../world/random.ts';
import type { World } from '../world/world.ts';
import type { Account } from './account.ts';
import type { Entry, Library } from './library.ts';
import type { Play } from './play.ts';
import { isOut, type Taste } from './taste.ts';

export interface Item {
  readonly kind: Play['kind'];
  readonly itemId: string;
  readonly durationMs: number;
}

/** One sitting: what is queued, and how it is heard. */
export interface Session extends Pick<Play, 'contextUri' | 'platform' | 'shuffle' | 'offline' | 'incognito'> {
  readonly items: readonly Item[];
  /** Probability that an item is skipped. */
  readonly skipping: number;
}

export interface Mood {
  readonly world: World;
  readonly account: Account;
  readonly day: number;
  readonly random: Random;
  readonly taste: Taste;
  readonly library: Library;
}

type Plan = { readonly items: readonly Item[]; readonly contextUri: string | null; readonly shuffle: boolean };

const PLANS: readonly { readonly weight: number; readonly plan: (mood: Mood, count: number) => Plan }[] = [
  { weight: 30, plan: playlistPlan },
  { weight: 22, plan: albumPlan },
  { weight: 14, plan: artistPlan },
  { weight: 16, plan: collectionPlan },
  { weight: 8, plan: loosePlan },
  { weight: 4, plan: repeatPlan },
  { weight: 5, plan: podcastPlan },
  { weight: 1, plan: audiobookPlan },
];

/** A session of at most `count` items; where the chosen kind has nothing to play, loose tracks take its place. */
export function planSession(mood: Mood, count: number): Session {
  const { random } = mood;
  let left = random.below(100);
  const chosen = PLANS.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  const plan = chosen?.plan(mood, count);
  return {
    ...(plan === undefined || plan.items.length === 0 ? loosePlan(mood, count) : plan),
    platform: random.pick(['android', 'android', 'ios', 'windows', 'web_player']),
    offline: random.chance(0.04),
    incognito: random.chance(0.015),
    skipping: random.chance(0.2) ? 0.55 : 0.13,
  };
}

export const asItem = (track: Track): Item => ({ kind: 'track', itemId: track.id, durationMs: track.durationMs });

function shuffled<T>(random: Random, things: readonly T[]): readonly T[] {
  const result = [...things];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const [a, b] = [result[i], result[j]];
    if (a !== undefined && b !== undefined) [result[i], result[j]] = [b, a];
  }
  return result;
}

function playlistPlan({ random, library, world, day }: Mood, count: number): Plan {
  if (library.shelves.length === 0) return { items: [], contextUri: null, shuffle: false };
  const shelf = library.shelves[random.skewed(library.shelves.length)];
  if (shelf === undefined) return { items: [], contextUri: null, shuffle: false };
  const shuffle = random.chance(0.6);
  const all =
    'own' in shelf
      ? shelf.own.entries.flatMap((entry) => entryItem(world, entry))
      : (world.find.foreignPlaylist.get(shelf.foreign)?.entries ?? [])
          .filter((entry) => entry.addedAt < day * DAY_MS)
          .map((entry) => asItem(entry.track));
  const items = (shuffle ? shuffled(random, all) : all).slice(0, count);
  return { items, contextUri: `spotify:playlist:${'own' in shelf ? shelf.own.id : shelf.foreign}`, shuffle };
}

function entryItem(world: World, { item }: Entry): readonly Item[] {
  if (item.kind === 'local') return [{ kind: 'local', itemId: item.file.uri, durationMs: item.file.durationMs }];
  if (item.kind === 'track') {
    const track = world.find.track.get(item.id);
    return track === undefined ? [] : [asItem(track)];
  }
  if (item.kind === 'episode') {
    const episode = world.find.episode.get(item.id);
    return episode === undefined ? [] : [{ kind: 'episode', itemId: episode.id, durationMs: episode.durationMs }];
  }
  return [];
}

function albumPlan({ random, taste }: Mood, count: number): Plan {
  const album = taste.album(random);
  return {
    items: (album?.tracks ?? []).slice(0, count).map(asItem),
    contextUri: album === null ? null : `spotify:album:${album.id}`,
    shuffle: false,
  };
}

function artistPlan({ random, taste, day }: Mood, count: number): Plan {
  const artist = taste.artist(random);
  const tracks = artist.albums.filter((album) => isOut(album, day * DAY_MS)).flatMap((album) => album.tracks);
  return { items: shuffled(random, tracks).slice(0, count).map(asItem), contextUri: `spotify:artist:${artist.id}`, shuffle: true };
}

function collectionPlan({ random, library, world, account }: Mood, count: number): Plan {
  const ids = [...library.saved.track.keys()].reverse();
  const from = random.skewed(Math.max(1, ids.length));
  const tracks = ids.slice(from, from + 3 * count).flatMap((id) => world.find.track.get(id) ?? []);
  return {
    items: shuffled(random, tracks).slice(0, count).map(asItem),
    contextUri: `spotify:user:${account.userId}:collection`,
    shuffle: true,
  };
}

function loosePlan({ random, taste }: Mood, count: number): Plan {
  const tracks = Array.from({ length: count }, () => taste.track(random)).flatMap((track) => track ?? []);
  return { items: tracks.map(asItem), contextUri: null, shuffle: false };
}

/** The same song over and over. */
function repeatPlan({ random, taste }: Mood, count: number): Plan {
  const track = taste.track(random);
  return {
    items: track === null ? [] : Array.from({ length: Math.min(count, 6) }, () => asItem(track)),
    contextUri: track === null ? null : `spotify:album:${track.album.id}`,
    shuffle: false,
  };
}

function podcastPlan({ random, library, world, day }: Mood): Plan {
  const saved = [...library.saved.show.keys()].flatMap((id) => world.find.show.get(id) ?? []);
  const show = random.pick(saved.length > 0 ? saved : world.shows);
  const episode = show.episodes.findLast((one) => one.releasedAt < day * DAY_MS);
  const items = episode === undefined ? [] : [{ kind: 'episode' as const, itemId: episode.id, durationMs: episode.durationMs }];
  return { items, contextUri: `spotify:show:${show.id}`, shuffle: false };
}

function audiobookPlan({ random, world }: Mood): Plan {
  const book = random.pick(world.audiobooks);
  const first = random.below(book.chapters.length);
  const items = book.chapters
    .slice(first, first + 2)
    .map((chapter) => ({ kind: 'chapter' as const, itemId: chapter.id, durationMs: chapter.durationMs }));
  return { items, contextUri: `spotify:show:${book.id}`, shuffle: false };
}
