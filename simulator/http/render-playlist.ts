import type { Entry } from '../listener/library.ts';
import { secondText } from '../world/calendar.ts';
import type { Call, Json } from './call.ts';
import { pageOf } from './paging.ts';
import type { PlaylistView } from './playlist-view.ts';
import { fullTrack, head, imagesOf, localTrack } from './render-music.ts';
import { fullEpisode } from './render-spoken.ts';

/** Size of the page embedded in a playlist object: not documented, 100 by tradition. */
const EMBEDDED = 100;

const user = (call: Call, id: string): Json => head(call, 'user', id);

/** Development mode shows what is in a playlist to its owner and collaborators only. */
export function mayRead(call: Call, view: PlaylistView): boolean {
  const listener = call.listenerOrNull();
  return call.mode === 'extended' ? true : listener !== null && view.members.includes(listener.account.userId);
}

function common(call: Call, view: PlaylistView): Json {
  return {
    collaborative: view.collaborative,
    description: view.description,
    ...head(call, 'playlist', view.id),
    images: view.entries.length === 0 ? [] : imagesOf(view.id, [640, 300, 60]),
    name: view.name,
    owner: { ...user(call, view.ownerId), display_name: view.ownerName },
    public: view.public,
    snapshot_id: view.snapshotId,
  };
}

/** Items under the name of 2026, in extended mode under the old one too. */
function underBothNames(call: Call, now: string, before: string, value: unknown): Json {
  return call.mode === 'extended' ? { [now]: value, [before]: value } : { [now]: value };
}

export function simplifiedPlaylist(call: Call, view: PlaylistView): Json {
  const items = { href: `${call.base}/playlists/${view.id}/${call.mode === 'extended' ? 'tracks' : 'items'}`, total: view.entries.length };
  return { ...common(call, view), ...(mayRead(call, view) ? underBothNames(call, 'items', 'tracks', items) : {}) };
}

export function fullPlaylist(call: Call, view: PlaylistView): Json {
  const path = `/playlists/${view.id}/${call.mode === 'extended' ? 'tracks' : 'items'}`;
  const items = (): Json => pageOf(call, { path, limit: EMBEDDED, offset: 0 }, view.entries, (entry) => playlistItem(call, entry));
  return {
    ...common(call, view),
    followers: { href: null, total: view.followers },
    ...(mayRead(call, view) ? underBothNames(call, 'items', 'tracks', items()) : {}),
  };
}

export function playlistItem(call: Call, entry: Entry): Json {
  const item = itemOf(call, entry);
  const addedBy = entry.addedBy === null ? null : item === null ? { ...user(call, ''), id: '' } : user(call, entry.addedBy);
  return {
    added_at: entry.addedAt === null ? null : secondText(entry.addedAt),
    added_by: addedBy,
    is_local: entry.item.kind === 'local',
    primary_color: null,
    ...underBothNames(call, 'item', 'track', item),
    video_thumbnail: { url: null },
  };
}

function itemOf(call: Call, { item }: Entry): Json | null {
  if (item.kind === 'local') return localTrack(call, item.file);
  if (item.kind === 'unavailable') return null;
  if (item.kind === 'track') {
    const track = call.world.find.track.get(item.id);
    return track === undefined ? null : fullTrack(call, track);
  }
  const episode = call.world.find.episode.get(item.id);
  return episode === undefined ? null : { ...fullEpisode(call, episode), episode: true, track: false };
}
