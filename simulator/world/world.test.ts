import { expect, test } from 'vitest';
import { createWorld } from './world.ts';

const withoutCycles = (_: string, value: unknown): unknown => (value instanceof Map ? [...value.keys()] : value);
const textOf = (seed: string): string => {
  const world = createWorld(seed, 30);
  const albums = world.albums.map(({ tracks, artists, ...album }) => ({
    ...album,
    artists: artists.map((artist) => artist.id),
    tracks: tracks.length,
  }));
  const tracks = world.tracks.map(({ album, artists, ...track }) => ({
    ...track,
    album: album.id,
    artists: artists.map((artist) => artist.name),
  }));
  const shows = world.shows.map(({ episodes, ...show }) => ({ ...show, episodes: episodes.map(({ show: _, ...episode }) => episode) }));
  const playlists = world.foreignPlaylists.map((playlist) => ({
    ...playlist,
    entries: playlist.entries.map((entry) => [entry.track.id, entry.addedAt]),
  }));
  return JSON.stringify({ albums, tracks, shows, playlists }, withoutCycles);
};

test('the same seed gives the same world, byte for byte', () => {
  expect(textOf('one')).toBe(textOf('one'));
  expect(textOf('one')).not.toBe(textOf('two'));
});

test('ids are 22 characters of base62 and never repeat', () => {
  const world = createWorld('ids', 60);
  const ids = [...world.artists, ...world.albums, ...world.tracks, ...world.shows, ...world.foreignPlaylists].map((thing) => thing.id);
  expect(ids.every((id) => /^[0-7][0-9A-Za-z]{21}$/.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a world has what is awkward about the real one', () => {
  const { tracks, albums } = createWorld('awkward', 150);
  const names = tracks.map((track) => track.name);
  for (const script of [
    /\p{Script=Cyrillic}/u,
    /\p{Script=Han}/u,
    /\p{Script=Hangul}/u,
    /\p{Script=Arabic}/u,
    /[éøñçß]/u,
    /\p{Extended_Pictographic}/u,
  ]) {
    expect(names.some((name) => script.test(name))).toBe(true);
  }
  expect(names.some((name) => name.includes('"'))).toBe(true);
  expect(names.some((name) => name.includes(','))).toBe(true);
  expect(names.some((name) => name.length > 200)).toBe(true);
  expect(new Set(albums.map((album) => album.precision))).toEqual(new Set(['year', 'month', 'day']));
  expect(new Set(albums.map((album) => album.type))).toEqual(new Set(['album', 'single', 'compilation']));
  expect(tracks.some((track) => track.isrc === null)).toBe(true);
  const isrcs = tracks.flatMap((track) => track.isrc ?? []);
  expect(new Set(isrcs).size).toBeLessThan(isrcs.length);
  expect(isrcs.every((isrc) => /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/.test(isrc))).toBe(true);
});

test('one ISRC is one recording: title and length agree wherever it appears', () => {
  const seen = new Map<string, string>();
  for (const { isrc, name, durationMs } of createWorld('isrc', 60).tracks) {
    if (isrc === null) continue;
    const recording = `${name} ${durationMs}`;
    expect(seen.get(isrc) ?? recording).toBe(recording);
    seen.set(isrc, recording);
  }
});
