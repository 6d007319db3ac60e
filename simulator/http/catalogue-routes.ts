import { isOut } from '../listener/taste.ts';
import type { Album, Artist, Track } from '../world/music.ts';
import type { Call, Json, Route } from './call.ts';
import { FIFTY, type Limits, requestedPage } from './paging.ts';
import { notFound, refusal } from './refusal.ts';
import { audioFeatures } from './render-features.ts';
import { fullAlbum, fullArtist, fullTrack, simplifiedAlbum, simplifiedTrack } from './render-music.ts';
import {
  episodesOut,
  fullAudiobook,
  fullChapter,
  fullEpisode,
  fullShow,
  simplifiedChapter,
  simplifiedEpisode,
  simplifiedShow,
} from './render-spoken.ts';

type Finder<T> = (call: Call, id: string) => T | null;

/** What is not released yet does not exist yet. */
export const findTrack: Finder<Track> = ({ world, now }, id) => {
  const track = world.find.track.get(id);
  return track !== undefined && isOut(track.album, now) ? track : null;
};
export const findAlbum: Finder<Album> = ({ world, now }, id) => {
  const album = world.find.album.get(id);
  return album !== undefined && isOut(album, now) ? album : null;
};
const findArtist: Finder<Artist> = ({ world }, id) => world.find.artist.get(id) ?? null;
const findShow: Finder<Parameters<typeof fullShow>[1]> = ({ world }, id) => world.find.show.get(id) ?? null;
const findEpisode: Finder<Parameters<typeof fullEpisode>[1]> = ({ world, now }, id) => {
  const episode = world.find.episode.get(id);
  return episode !== undefined && episode.releasedAt <= now ? episode : null;
};
const findAudiobook: Finder<Parameters<typeof fullAudiobook>[1]> = ({ world }, id) => world.find.audiobook.get(id) ?? null;
const findChapter: Finder<Parameters<typeof fullChapter>[1]> = ({ world }, id) => world.find.chapter.get(id) ?? null;

function wanted<T>(call: Call, find: Finder<T>): T {
  const thing = find(call, call.param('id'));
  if (thing === null) throw notFound();
  return thing;
}

/** The things of `ids=`, null for what it does not know. */
function wantedBatch<T>(call: Call, most: number, find: Finder<T>): readonly (T | null)[] {
  const ids = (call.url.searchParams.get('ids') ?? '').split(',').filter((id) => id !== '');
  if (ids.length === 0) throw refusal(400, 'Missing required parameter ids');
  if (ids.length > most) throw refusal(400, 'Too many ids requested');
  return ids.map((id) => find(call, id));
}

function severalAudioFeatures(call: Call): Json {
  return { audio_features: wantedBatch(call, 100, findTrack).map((track) => (track === null ? null : audioFeatures(call, track))) };
}

/** `/tracks/{id}`, and `/tracks?ids=` (extended mode), which has null for what it does not know and may say less of each. */
function objectRoutes<T>(
  name: string,
  most: number,
  find: Finder<T>,
  render: (call: Call, thing: T) => Json,
  renderInBatch: (call: Call, thing: T) => Json = render,
): readonly Route[] {
  const batch = (call: Call): Json => {
    const things = wantedBatch(call, most, find);
    return { [name]: things.map((thing) => (thing === null ? null : renderInBatch(call, thing))) };
  };
  return [
    { path: `/${name}`, extendedOnly: true, answer: batch },
    { path: `/${name}/:id`, answer: (call) => render(call, wanted(call, find)) },
  ];
}

const GROUPS = ['album', 'single', 'appears_on', 'compilation'];

/** Development mode pages by 5, at most 10: in no changelog, but in the OpenAPI document since February 2026. */
const artistAlbumLimits = (call: Call): Limits => (call.mode === 'extended' ? FIFTY : { most: 10, usual: 5 });

/** Newest first within each group, in the groups' order. */
function artistAlbums(call: Call): Json {
  const artist = wanted(call, findArtist);
  const groups = (call.url.searchParams.get('include_groups') ?? GROUPS.join(',')).split(',');
  if (groups.some((group) => !GROUPS.includes(group))) throw refusal(400, 'Invalid include_groups');
  const all = groups.flatMap((group) => {
    const albums = group === 'appears_on' ? artist.appearsOn : artist.albums.filter((album) => album.type === group);
    return albums
      .filter((album) => isOut(album, call.now))
      .sort((a, b) => b.releasedDay - a.releasedDay)
      .map((album) => ({ album, group }));
  });
  const render = ({ album, group }: { album: Album; group: string }): Json => ({
    ...simplifiedAlbum(call, album),
    ...(call.mode === 'extended' ? { album_group: group } : {}),
  });
  return requestedPage(call, all, render, artistAlbumLimits(call));
}

/** The ten tracks that stand first on the artist's newest albums: nobody's charts, but always the same. */
function topTracksOf(call: Call): Json {
  const albums = wanted(call, findArtist).albums.filter((album) => isOut(album, call.now));
  const tracks = albums.flatMap((album) => album.tracks.slice(0, 2)).slice(-10);
  return { tracks: tracks.map((track) => fullTrack(call, track)) };
}

function newReleases(call: Call): Json {
  const out = call.world.albums.filter((album) => isOut(album, call.now)).sort((a, b) => b.releasedDay - a.releasedDay);
  return { albums: requestedPage(call, out.slice(0, 100), (album) => simplifiedAlbum(call, album)) };
}

export const catalogueRoutes: readonly Route[] = [
  { path: '/audio-features', extendedOnly: true, answer: severalAudioFeatures },
  { path: '/audio-features/:id', extendedOnly: true, answer: (call) => audioFeatures(call, wanted(call, findTrack)) },
  ...objectRoutes('tracks', 50, findTrack, fullTrack),
  ...objectRoutes('albums', 20, findAlbum, fullAlbum),
  ...objectRoutes('artists', 50, findArtist, fullArtist),
  ...objectRoutes('shows', 50, findShow, fullShow, simplifiedShow),
  ...objectRoutes('episodes', 50, findEpisode, fullEpisode),
  ...objectRoutes('audiobooks', 50, findAudiobook, fullAudiobook),
  ...objectRoutes('chapters', 50, findChapter, fullChapter),
  {
    path: '/albums/:id/tracks',
    answer: (call) => requestedPage(call, wanted(call, findAlbum).tracks, (track) => simplifiedTrack(call, track)),
  },
  { path: '/artists/:id/albums', answer: artistAlbums },
  { path: '/artists/:id/top-tracks', extendedOnly: true, answer: topTracksOf },
  {
    path: '/shows/:id/episodes',
    answer: (call) => requestedPage(call, episodesOut(call, wanted(call, findShow)), (episode) => simplifiedEpisode(call, episode)),
  },
  {
    path: '/audiobooks/:id/chapters',
    answer: (call) => requestedPage(call, wanted(call, findAudiobook).chapters, (chapter) => simplifiedChapter(call, chapter)),
  },
  { path: '/browse/new-releases', extendedOnly: true, answer: newReleases },
];
