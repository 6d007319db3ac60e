import { expect, test } from 'vitest';
import { DAY_MS, dayFrom } from '../world/calendar.ts';
import { createWorld } from '../world/world.ts';
import type { AccountSpec } from './account.ts';
import { createListener } from './listener.ts';
import { isShown, SHOWN_FROM_MS } from './play.ts';

const world = createWorld('listener', 60);
const ada: AccountSpec = { name: 'ada', displayName: 'Ada', joinedOn: '2025-01-01', country: 'DE', utcOffsetMinutes: 60, playsPerDay: 30 };
const JOINED = dayFrom('2025-01-01') * DAY_MS;
const times = [40, 3, 200, 90.7, 89.2, 200.5].map((days) => JOINED + days * DAY_MS);

const stateAt = (listener: ReturnType<typeof createListener>, at: number): string => {
  const { saved, followed, shelves } = listener.library(at);
  const lists = Object.entries(saved).map(([kind, ids]) => [kind, [...ids]]);
  return JSON.stringify([listener.recent(at, 50), listener.playing(at), listener.plays(JOINED, at).length, lists, [...followed], shelves]);
};

test('the state at a time does not depend on which times were asked before', () => {
  const wandering = createListener(world, ada);
  for (const at of times) expect(stateAt(wandering, at)).toBe(stateAt(createListener(world, ada), at));
});

test('plays follow one another without overlap and end at distinct times', () => {
  const plays = createListener(world, ada).plays(0, JOINED + 120 * DAY_MS);
  expect(plays.length).toBeGreaterThan(1500);
  plays.slice(1).forEach((play, i) => {
    expect(play.startedAt).toBeGreaterThan(plays[i]?.endedAt ?? 0);
    expect(play.endedAt - play.startedAt).toBeGreaterThanOrEqual(play.msPlayed);
  });
});

test('a listener skips, repeats, hears podcasts and sleeps at night', () => {
  const plays = createListener(world, ada).plays(0, JOINED + 200 * DAY_MS);
  expect(plays.some((play) => play.msPlayed < SHOWN_FROM_MS && play.reasonEnd === 'fwdbtn')).toBe(true);
  expect(plays.some((play, i) => play.itemId === plays[i + 1]?.itemId)).toBe(true);
  expect(new Set(plays.map((play) => play.kind))).toEqual(new Set(['track', 'episode', 'chapter', 'local']));
  expect(plays.some((play) => play.incognito && !isShown(play))).toBe(true);
  const at = (hour: number): number =>
    plays.filter((play) => new Date(play.startedAt + ada.utcOffsetMinutes * 60_000).getUTCHours() === hour).length;
  expect(at(3) + at(4)).toBeLessThan(at(19) / 2);
});

test('nobody plays or saves before joining', () => {
  const listener = createListener(world, ada);
  expect(listener.plays(0, JOINED - DAY_MS)).toEqual([]);
  expect(listener.library(JOINED - 1).shelves).toEqual([]);
});

test('collections change in every way: saved and unsaved, added, removed, moved, withdrawn', () => {
  const listener = createListener(world, ada);
  const [early, late] = [JOINED + 30 * DAY_MS, JOINED + 330 * DAY_MS];
  const before = [...listener.library(early).saved.track.keys()];
  const after = listener.library(late).saved.track;
  expect(before.some((id) => !after.has(id))).toBe(true);
  expect(after.size).toBeGreaterThan(before.length);
  const own = listener.library(late).shelves.flatMap((shelf) => ('own' in shelf ? [shelf.own] : []));
  const items = own.flatMap((playlist) => playlist.entries.map((entry) => entry.item.kind));
  expect(new Set(items)).toEqual(new Set(['track', 'episode', 'local', 'unavailable']));
  expect(own.some((playlist) => playlist.collaborative)).toBe(true);
  expect(own.every((playlist) => playlist.entries.every((entry) => entry.addedAt === null || entry.addedAt <= late))).toBe(true);
});

test('own playlists change every day', () => {
  const listener = createListener(world, ada);
  const revisions = (day: number): number =>
    listener.library(JOINED + day * DAY_MS).shelves.reduce((sum, shelf) => sum + ('own' in shelf ? shelf.own.revision : 0), 0);
  const days = Array.from({ length: 60 }, (_, day) => revisions(day + 10) < revisions(day + 11));
  expect(days).not.toContain(false);
});

test('habits make sessions of one song, long or short, and hurry; an account without them listens as ever', () => {
  const until = JOINED + 60 * DAY_MS;
  const playsWith = (habits: AccountSpec['habits']) => createListener(world, { ...ada, ...(habits && { habits }) }).plays(0, until);
  const repeats = (plays: ReturnType<typeof playsWith>, shorterThan: number): number =>
    plays.filter((play, i) => play.itemId === plays[i - 1]?.itemId && play.kind === 'track' && play.msPlayed < shorterThan).length;
  const [plain, loops, songs, hurried] = [undefined, { shortLoops: 0.2 }, { repeats: 0.2 }, { skips: 0.9 }].map(playsWith);
  expect(playsWith({})).toEqual(plain);
  expect(repeats(loops ?? [], 60_000)).toBeGreaterThan(repeats(plain ?? [], 60_000) + 100);
  expect(repeats(songs ?? [], 600_000)).toBeGreaterThan(repeats(plain ?? [], 600_000) + 100);
  const skipped = (plays: ReturnType<typeof playsWith> = []): number =>
    plays.filter((play) => play.reasonEnd === 'fwdbtn').length / plays.length;
  expect([skipped(plain) < 0.4, skipped(hurried) > 0.8]).toEqual([true, true]);
});
