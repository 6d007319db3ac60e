import { DAY_MS, dayFrom } from '../world/calendar.ts';
import type { LocalFile } from '../world/music.ts';
import { plainTitle } from '../world/names.ts';
import { createRandom, type Random } from '../world/random.ts';
import { base62 } from '../world/spotify-id.ts';
import type { World } from '../world/world.ts';
import type { Account } from './account.ts';
import type { Change, Entry, EntryItem, Library, Playlist } from './library.ts';
import { type Taste, tasteOf } from './taste.ts';

interface Day {
  readonly world: World;
  readonly account: Account;
  readonly day: number;
  readonly random: Random;
  readonly taste: Taste;
  readonly library: Library;
  /** A whole second of this day; later on each call. */
  at(): number;
}

/**
 * What an account changes in its collection on one day, in order: a function of the seed, the day and the collection as it stood at its start.
 * Every change lies between 00:00 and 24:00 UTC of the day.
 */
export function changesOn(world: World, account: Account, day: number, library: Library): readonly Change[] {
  const random = createRandom(world.seed, 'changes', account.name, day);
  let second = random.below(40_000);
  const at = (): number => {
    second += 1 + random.below(900);
    return day * DAY_MS + Math.min(second, 86_399) * 1000;
  };
  const today: Day = { world, account, day, random, taste: tasteOf(world, account.name, day), library, at };
  return [...shelving(today), ...saving(today), ...following(today), ...editing(today)];
}

/** Playlists come to be on fixed days after joining, so that every kind exists within a month. */
function shelving(today: Day): Change[] {
  const age = today.day - dayFrom(today.account.joinedOn);
  const changes: Change[] = [];
  const foreign = today.world.foreignPlaylists;
  if (age < 5) {
    const playlist = foreign[age];
    if (playlist !== undefined) changes.push({ at: today.at(), kind: 'subscribe', playlistId: playlist.id });
  }
  if (age === 0) changes.push(...oldMixtape(today), ...bulk(today));
  if (age === 1) changes.push(...create(today, 'Road trip 🚗', 'collaborative'), ...create(today, 'Flatmates, unite', 'shared'));
  if (age === 2 || age === 9 || age === 20 || (age > 30 && age % 97 === 0))
    changes.push(...create(today, plainTitle(today.random, 'latin'), 'own'));
  if (age > 60 && age % 211 === 0) {
    const playlist = foreign[5 + today.random.below(Math.max(1, foreign.length - 5))];
    const has = today.library.shelves.some((shelf) => 'foreign' in shelf && shelf.foreign === playlist?.id);
    if (playlist !== undefined) changes.push({ at: today.at(), kind: has ? 'unsubscribe' : 'subscribe', playlistId: playlist.id });
  }
  const victim = ownPlaylists(today).at(-1);
  if (age > 365 && age % 401 === 0 && victim !== undefined) changes.push({ at: today.at(), kind: 'delete', playlistId: victim.id });
  return changes;
}

/** A playlist from before Spotify kept dates: no `added_at`, no `added_by`, some files of the listener's own. */
function oldMixtape(today: Day): Change[] {
  const [created] = create(today, 'Mixtape "2009"', 'own');
  if (created === undefined || created.kind !== 'create') return [];
  const at = today.at();
  const entries = Array.from({ length: 24 }, (_, n) => ({ ...newEntry(today, at, n), addedAt: null, addedBy: null }));
  return [created, { at, kind: 'insert', playlistId: created.playlist.id, position: 0, entries }];
}

/** Saved in one go, in one second, as a phone's import does. */
function bulk(today: Day): Change[] {
  const at = today.at();
  return Array.from({ length: 30 }, () => today.taste.track(today.random)).flatMap((track) =>
    track === null ? [] : [{ at, kind: 'save', what: 'track', id: track.id } as const],
  );
}

function create(today: Day, name: string, form: 'own' | 'collaborative' | 'shared'): Change[] {
  const { account, world, day, random } = today;
  const friend = base62(25, world.seed, 'friend', account.name).toLowerCase();
  const at = today.at();
  const playlist = {
    id: base62(22, world.seed, 'playlist', account.name, day, name),
    name,
    description: random.chance(0.4) ? `Made on a ${['slow', 'rainy', 'très joli'][day % 3]} day` : '',
    ownerId: form === 'shared' ? friend : account.userId,
    ownerName: form === 'shared' ? 'Noor' : account.displayName,
    collaborative: form !== 'own',
    public: form === 'own' && random.chance(0.5),
  };
  return [{ at, kind: 'create', playlist }];
}

function saving(today: Day): Change[] {
  const { random, taste, library, world, day } = today;
  const changes: Change[] = [];
  const save = (what: 'track' | 'album' | 'show' | 'episode' | 'audiobook', id: string | undefined): void => {
    if (id !== undefined && !library.saved[what].has(id)) changes.push({ at: today.at(), kind: 'save', what, id });
  };
  for (let n = random.skewed(7); n > 0; n--) save('track', taste.track(random)?.id);
  if (random.chance(0.15)) save('album', taste.album(random)?.id);
  if (random.chance(0.02)) save('show', random.pick(world.shows).id);
  if (random.chance(0.02)) save('audiobook', random.pick(world.audiobooks).id);
  if (random.chance(0.05)) save('episode', random.pick(world.shows).episodes.findLast((episode) => episode.releasedAt < day * DAY_MS)?.id);
  for (const what of ['track', 'album', 'show', 'episode', 'audiobook'] as const) {
    const old = [...library.saved[what].keys()];
    if (old.length > 3 && random.chance(what === 'track' ? 0.2 : 0.01)) {
      changes.push({ at: today.at(), kind: 'unsave', what, id: random.pick(old) });
    }
  }
  return changes;
}

function following(today: Day): Change[] {
  const { random, taste, library } = today;
  if (random.chance(0.12)) {
    const { id } = taste.artist(random);
    return library.followed.has(id) ? [] : [{ at: today.at(), kind: 'follow', artistId: id }];
  }
  if (library.followed.size < 4 || !random.chance(0.01)) return [];
  return [{ at: today.at(), kind: 'unfollow', artistId: random.pick([...library.followed.keys()]) }];
}

const ownPlaylists = (today: Day): readonly Playlist[] => today.library.shelves.flatMap((shelf) => ('own' in shelf ? [shelf.own] : []));

/** Adds (mostly at the end), removals, moves, withdrawals and the odd new name; something every day once there is a playlist. */
function editing(today: Day): Change[] {
  const own = ownPlaylists(today);
  const edits = own.flatMap((playlist, index) => editsOf(today, playlist, index));
  const [oldest] = own;
  return edits.length > 0 || oldest === undefined ? edits : [added(today, oldest, 1)];
}

function editsOf(today: Day, playlist: Playlist, index: number): Change[] {
  const { random } = today;
  const { id: playlistId, entries } = playlist;
  const isBusy = index % 3 === 1;
  if (random.chance(isBusy ? 0.3 : 0.03) || (entries.length === 0 && random.chance(0.5))) {
    return [added(today, playlist, isBusy ? 6 : 25)];
  }
  if (entries.length < 5) return [];
  if (random.chance(0.03)) return [{ at: today.at(), kind: 'drop', playlistId, uid: random.pick(entries).uid }];
  if (random.chance(0.015)) {
    return [{ at: today.at(), kind: 'move', playlistId, from: random.below(entries.length), to: random.below(entries.length) }];
  }
  if (random.chance(0.006)) return [{ at: today.at(), kind: 'withdraw', playlistId, uid: random.pick(entries).uid }];
  if (random.chance(0.0005)) return [{ at: today.at(), kind: 'rename', playlistId, name: plainTitle(random, 'accented') }];
  return [];
}

function added(today: Day, { id: playlistId, entries }: Playlist, most: number): Change {
  const { random } = today;
  const at = today.at();
  const fresh = Array.from({ length: 1 + random.skewed(most) }, (_, n) => newEntry(today, at, n));
  return { at, kind: 'insert', playlistId, position: random.chance(0.85) ? entries.length : 0, entries: fresh };
}

function newEntry(today: Day, at: number, n: number): Entry {
  const { random, account, world } = today;
  const byFriend = random.chance(0.1);
  return {
    uid: random.below(2 ** 31) + n,
    item: newItem(today),
    addedAt: at,
    addedBy: byFriend ? base62(25, world.seed, 'friend', account.name).toLowerCase() : account.userId,
  };
}

function newItem({ random, taste, world, day }: Day): EntryItem {
  if (random.chance(0.03)) return { kind: 'local', file: localFile(random) };
  if (random.chance(0.01)) return { kind: 'unavailable' };
  if (random.chance(0.03)) {
    const episode = random.pick(world.shows).episodes.findLast((one) => one.releasedAt < day * DAY_MS);
    if (episode !== undefined) return { kind: 'episode', id: episode.id };
  }
  const track = taste.track(random);
  return track === null ? { kind: 'unavailable' } : { kind: 'track', id: track.id };
}

/** `spotify:local:artist:album:title:seconds`, each part as a form would encode it. */
function localFile(random: Random): LocalFile {
  const artist = plainTitle(random, 'accented');
  const album = random.chance(0.3) ? '' : plainTitle(random, 'latin');
  const name = `${plainTitle(random, 'latin')} (demo, take ${random.between(1, 9)})`;
  const durationMs = random.between(60, 400) * 1000;
  const part = (text: string): string => encodeURIComponent(text).replaceAll('%20', '+');
  const seconds = durationMs / 1000;
  return { uri: `spotify:local:${part(artist)}:${part(album)}:${part(name)}:${seconds}`, name, artist, album, durationMs };
}
