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

  it('lists no more than fits a paragraph, and counts the rest', () => {
    const files = Array.from({ length: 40 }, (_, n) => `Spotify Extended Streaming History/Streaming_History_Audio_${n}.json`);
    const said = suggestion('nope', files);
    expect(said).toMatch(/^Known: .*_10\.json and 29 more\.$/);
    expect(said.length).toBeLessThan(850);
    expect(suggestion('nope', ['x'.repeat(2_000)])).toBe(`Known: ${'x'.repeat(2_000)}.`);
  });
});
