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

test('one ISRC is one recording: title, length and artists agree wherever it appears, in a world of any size', () => {
  for (const size of [60, 1000]) {
    const seen = new Map<string, string>();
    for (const { isrc, name, durationMs, artists, recordingId } of createWorld('isrc', size).tracks) {
      if (isrc === null) continue;
      const recording = [recordingId, name, durationMs, ...artists.map((artist) => artist.id)].join(' ');
      expect(seen.get(isrc) ?? recording).toBe(recording);
      seen.set(isrc, recording);
    }
  }
});

test('a recording comes under several track ids, and some under several ISRCs', () => {
  const ids = new Map<string, Set<string>>();
  const isrcs = new Map<string, Set<string>>();
  const note = (sets: Map<string, Set<string>>, key: string, value: string): void => {
    sets.set(key, (sets.get(key) ?? new Set()).add(value));
  };
  for (const { recordingId, id, isrc } of createWorld('recordings', 150).tracks) {
    note(ids, recordingId, id);
    if (isrc !== null) note(isrcs, recordingId, isrc);
  }
  const several = (sets: Map<string, Set<string>>): number => [...sets.values()].filter((set) => set.size > 1).length / sets.size;
  expect(several(ids)).toBeGreaterThan(0.1);
  expect(several(isrcs)).toBeGreaterThan(0.005);
  expect(several(isrcs)).toBeLessThan(0.1);
});

test('a world of 3,000 artists is whole: every album has its tracks, every track its artists, no id twice', () => {
  const { artists, albums, tracks, find } = createWorld('large', 3000);
  expect(artists).toHaveLength(3001);
  expect([find.track.size, find.album.size, find.artist.size]).toEqual([tracks.length, albums.length, artists.length]);
  expect(albums.every((album) => album.tracks.length > 0 && album.tracks.every((track) => track.album === album))).toBe(true);
  expect(tracks.every((track) => track.artists.length > 0)).toBe(true);
});
