import { describe, expect, it } from 'vitest';
import { nearest, suggestion } from './nearest.ts';

const TABLES = ['plays', 'playlists', 'playlist_items', 'tracks', 'albums'];

describe('nearest', () => {
  it.each([
    ['play', 'plays'],
    ['palys', 'plays'],
    ['playlist', 'playlists'],
    ['playlist-items', 'playlist_items'],
    ['TRACKS', 'tracks'],
    ['albmus', 'albums'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, TABLES)).toBe(meant);
  });

  it.each(['customers', '', 'x'.repeat(100_000)])('takes %.12s for nothing', (word) => {
    expect(nearest(word, TABLES)).toBeNull();
  });

  it('lists what is known where nothing is near', () => {
    expect(suggestion('customers', ['plays', 'tracks'])).toBe('Known: plays, tracks.');
    expect(suggestion('play', ['plays', 'tracks'])).toBe('Did you mean plays?');
  });
});
