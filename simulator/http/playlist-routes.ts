import { MARKETS } from '../world/markets.ts';
import type { Call, Route } from './call.ts';
import { filtered } from './fields.ts';
import { type Limits, requestedPage } from './paging.ts';
import { type PlaylistView, playlistById } from './playlist-view.ts';
import { forbidden, notFound, outOfScope } from './refusal.ts';
import { fullPlaylist, mayRead, playlistItem } from './render-playlist.ts';

/** How the ids of playlists made by Spotify begin: null in lists, 404 when asked for (spotipy #1175). */
const EDITORIAL = '37i9dQZ';

const ITEM_LIMITS: Limits = { most: 50, usual: 20 };
/** The older endpoint has taken 100 since the beginning. */
const TRACK_LIMITS: Limits = { most: 100, usual: 100 };

function wantedPlaylist(call: Call): PlaylistView {
  const id = call.param('id');
  const view = id.startsWith(EDITORIAL) ? null : playlistById(call.world, call.listeners, id, call.now);
  if (view === null) throw notFound();
  const listener = call.listenerOrNull();
  const isPrivate = !view.public && !(listener !== null && view.members.includes(listener.account.userId));
  if (isPrivate) throw notFound();
  if (!view.public && !call.may('playlist-read-private')) throw outOfScope();
  return view;
}

function items(call: Call, limits: Limits): unknown {
  const view = wantedPlaylist(call);
  if (!mayRead(call, view)) throw forbidden();
  return filtered(
    call.url,
    requestedPage(call, view.entries, (entry) => playlistItem(call, entry), limits),
  );
}

export const playlistRoutes: readonly Route[] = [
  { path: '/playlists/:id', answer: (call) => filtered(call.url, fullPlaylist(call, wantedPlaylist(call))) },
  { path: '/playlists/:id/items', answer: (call) => items(call, ITEM_LIMITS) },
  { path: '/playlists/:id/tracks', extendedOnly: true, answer: (call) => items(call, TRACK_LIMITS) },
  { path: '/markets', extendedOnly: true, answer: () => ({ markets: MARKETS }) },
];
