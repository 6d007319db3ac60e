import { isShown, type Play } from '../listener/play.ts';
import { DAY_MS, milliText } from '../world/calendar.ts';
import { hashOf } from '../world/random.ts';
import type { Call, Json, Route } from './call.ts';
import { addressOf, FIFTY, limitFrom, numberFrom, requestedPage } from './paging.ts';
import { refusal } from './refusal.ts';
import { fullArtist, fullTrack, localTrack } from './render-music.ts';
import { fullEpisode } from './render-spoken.ts';
import { topArtists, topTracks } from './tops.ts';

/** Only the newest 50 plays can be seen, however one pages (spotify/web-api #1405, #627). */
const VISIBLE = 50;

const LARGEST_MS = 8_640_000_000_000_000;

export function contextOf(call: Call, uri: string | null): Json | null {
  if (uri === null) return null;
  const [, type = '', id = '', last = ''] = uri.split(':');
  if (last === 'collection') {
    return {
      type: 'collection',
      href: `${call.base}/me/tracks`,
      external_urls: { spotify: 'https://open.spotify.com/collection/tracks' },
      uri,
    };
  }
  return { type, href: `${call.base}/${type}s/${id}`, external_urls: { spotify: `https://open.spotify.com/${type}/${id}` }, uri };
}

/** The newest plays by `played_at`, newest first; one that is told late stays out until then. */
function visible(call: Call): readonly Play[] {
  return call
    .listener()
    .recent(call.now, 2 * VISIBLE)
    .filter((play) => call.playedAt(play) <= call.now)
    .sort((a, b) => call.playedAt(b) - call.playedAt(a))
    .slice(0, VISIBLE);
}

/** Newest first. A page of nothing has null cursors and no `next`. */
function recentlyPlayed(call: Call): Json {
  const { url } = call;
  if (url.searchParams.has('after') && url.searchParams.has('before')) throw refusal(400, 'Only one of after and before may be given');
  const limit = limitFrom(url, FIFTY);
  const after = numberFrom(url, 'after', -1, 0, LARGEST_MS);
  const before = numberFrom(url, 'before', LARGEST_MS, 0, LARGEST_MS);
  const within = visible(call).filter((play) => call.playedAt(play) > after && call.playedAt(play) < before);
  const page = url.searchParams.has('after') ? within.slice(-limit) : within.slice(0, limit);
  const [newest, oldest] = [page[0], page.at(-1)];
  const href = addressOf(call, { limit });
  if (newest === undefined || oldest === undefined) return { href, items: [], limit, next: null, cursors: null };
  call.shows(page);
  const full = page.length === limit;
  const next = url.searchParams.has('after') ? { after: call.playedAt(newest) } : { before: call.playedAt(oldest) };
  return {
    href,
    limit,
    next: full ? addressOf(call, { limit, ...next }) : null,
    cursors: { after: String(call.playedAt(newest)), before: String(call.playedAt(oldest)) },
    items: page.map((play) => ({
      track: itemOf(call, play),
      played_at: milliText(call.playedAt(play)),
      context: contextOf(call, play.contextUri),
    })),
  };
}

function itemOf(call: Call, play: Play): Json | null {
  if (play.kind === 'track') {
    const track = call.world.find.track.get(play.itemId);
    return track === undefined ? null : fullTrack(call, track);
  }
  if (play.kind === 'episode') {
    const episode = call.world.find.episode.get(play.itemId);
    return episode === undefined ? null : fullEpisode(call, episode);
  }
  if (play.kind !== 'local') return null;
  const [, , artist = '', album = '', name = ''] = play.itemId.split(':').map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
  return localTrack(call, { uri: play.itemId, artist, album, name, durationMs: play.msPlayed });
}

/** Null (204) when nothing plays. */
function currentlyPlaying(call: Call): Json | null {
  const play = call.listener().playing(call.now);
  if (play === null) return null;
  const withEpisodes = (call.url.searchParams.get('additional_types') ?? '').includes('episode');
  const hidden = play.kind === 'episode' && !withEpisodes;
  return {
    timestamp: play.startedAt,
    context: contextOf(call, play.contextUri),
    progress_ms: Math.min(call.now - play.startedAt, play.msPlayed),
    item: hidden ? null : itemOf(call, play),
    currently_playing_type: play.kind === 'episode' ? 'episode' : play.kind === 'chapter' ? 'unknown' : 'track',
    actions: { disallows: { resuming: true } },
    is_playing: true,
  };
}

type Platform = Play['platform'];

/** What the person may play on; `play` is what sounds there now. */
function deviceOf(call: Call, platform: Platform, play: Play | null): Json {
  return {
    id: hashOf(call.world.seed, call.listener().account.name, platform).toString(16).padStart(8, '0').repeat(5),
    is_active: play !== null,
    is_private_session: play?.incognito ?? false,
    is_restricted: false,
    name: `${call.listener().account.displayName}'s ${platform}`,
    type: platform === 'android' || platform === 'ios' ? 'Smartphone' : 'Computer',
    volume_percent: platform === 'ios' ? null : 70,
    supports_volume: platform !== 'ios',
  };
}

const OFTEN_ON: readonly Platform[] = ['android', 'windows'];

/** Devices are listed while one of them plays; in silence there are none, as after a while without a connection. */
function devices(call: Call): Json {
  const play = call.listener().playing(call.now);
  if (play === null) return { devices: [] };
  const platforms = [play.platform, ...OFTEN_ON.filter((platform) => platform !== play.platform)];
  return { devices: platforms.map((platform) => deviceOf(call, platform, platform === play.platform ? play : null)) };
}

function playerState(call: Call): Json | null {
  const play = call.listener().playing(call.now);
  if (play === null) return null;
  return {
    device: deviceOf(call, play.platform, play),
    repeat_state: 'off',
    shuffle_state: play.shuffle,
    smart_shuffle: false,
    ...currentlyPlaying(call),
  };
}

function queue(call: Call): Json {
  const now = call.listener().playing(call.now);
  const coming =
    now === null
      ? []
      : call
          .listener()
          .plays(now.endedAt, now.endedAt + 3_600_000)
          .filter((play) => play.contextUri === now.contextUri);
  return {
    currently_playing: now === null ? null : itemOf(call, now),
    queue: coming.flatMap((play) => itemOf(call, play) ?? []).slice(0, 20),
  };
}

const DAYS: Readonly<Record<string, number>> = { short_term: 28, medium_term: 182, long_term: 365 };

/** Plays that the ranks of a time range count: up to the start of this day, as ranks move once a day. */
function counted(call: Call): readonly Play[] {
  const days = DAYS[call.url.searchParams.get('time_range') ?? 'medium_term'];
  if (days === undefined) throw refusal(400, 'Invalid time range');
  const today = Math.floor(call.now / DAY_MS) * DAY_MS;
  return call
    .listener()
    .plays(today - days * DAY_MS, today)
    .filter(isShown);
}

export const playerRoutes: readonly Route[] = [
  { path: '/me/player/recently-played', scopes: ['user-read-recently-played'], answer: recentlyPlayed },
  { path: '/me/player/currently-playing', scopes: ['user-read-currently-playing'], answer: currentlyPlaying },
  { path: '/me/player/queue', scopes: ['user-read-currently-playing', 'user-read-playback-state'], answer: queue },
  { path: '/me/player/devices', scopes: ['user-read-playback-state'], answer: devices },
  { path: '/me/player', scopes: ['user-read-playback-state'], answer: playerState },
  {
    path: '/me/top/tracks',
    scopes: ['user-top-read'],
    answer: (call) => requestedPage(call, topTracks(call.world, counted(call)), (track) => fullTrack(call, track)),
  },
  {
    path: '/me/top/artists',
    scopes: ['user-top-read'],
    answer: (call) => requestedPage(call, topArtists(call.world, counted(call)), (artist) => fullArtist(call, artist)),
  },
];
