import { expect, it } from 'vitest';
import { fileKey, newLandedId, noteKey, pagesKey } from './raw-layout.ts';

const landedAt = new Date('2026-11-21T23:59:59.999Z');
const parts = { stream: 'saved_tracks', account: 'me', landedAt, runId: '20261121t235959999z-0a1b', sequence: 7 };

it('names pages by stream, account, UTC date, run and number', () => {
  expect(pagesKey(parts)).toBe('raw/saved_tracks/account=me/dt=2026-11-21/20261121t235959999z-0a1b-000007.ndjson.gz');
});

it('names a file by its bytes', () => {
  expect(fileKey('unplaced', '_app', 'ab'.repeat(32))).toBe(`raw/unplaced/account=_app/file/${'ab'.repeat(32)}.json.gz`);
});

it('makes landing ids that ascend with time and fit a key', () => {
  expect(newLandedId(landedAt)).toMatch(/^20261121t235959999z-[0-9a-f]{8}$/);
  expect(newLandedId(new Date(landedAt.getTime() + 1)) > newLandedId(landedAt)).toBe(true);
  expect(noteKey(newLandedId(landedAt))).toMatch(/^landed\/20261121t235959999z-[0-9a-f]{8}\.json$/);
});

it.each(['', 'a/b', '..', 'Me', 'a b'])('refuses "%s" as a part of a key', (text) => {
  const bug = expect.objectContaining({ code: 'internal' });
  expect(() => pagesKey({ ...parts, account: text })).toThrow(bug);
  expect(() => pagesKey({ ...parts, stream: text })).toThrow(bug);
  expect(() => pagesKey({ ...parts, runId: text })).toThrow(bug);
  expect(() => noteKey(text)).toThrow(bug);
});
