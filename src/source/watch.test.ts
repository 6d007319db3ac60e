import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSpotifyId } from './spotify-id.ts';
import { WrittenWatch, watchConfig } from './watch.ts';

const ID = '4uLU6hMCjMI75M1A2tKUQC';

describe('an id', () => {
  it.each([
    ID,
    ` ${ID}\n`,
    `spotify:artist:${ID}`,
    `https://open.spotify.com/artist/${ID}`,
    `https://open.spotify.com/artist/${ID}?si=abc#top`,
    `https://open.spotify.com/intl-de/artist/${ID}`,
    `https://open.spotify.com/embed/artist/${ID}/`,
    `open.spotify.com/artist/${ID}`,
  ])('is read from %j', (text) => {
    expect(readSpotifyId('artist', text)).toEqual({ id: ID });
  });

  it.each([`spotify:user:some body:playlist:${ID}`, `https://open.spotify.com/user/somebody/playlist/${ID}`])(
    'is read from the old address below an owner: %s',
    (text) => {
      expect(readSpotifyId('playlist', text)).toEqual({ id: ID });
    },
  );

  it.each([
    ['', /nothing was given/],
    ['Kraftwerk', /neither id, URI nor address/],
    [ID.slice(1), /22 letters and digits/],
    [`${ID.slice(1)}-`, /22 letters and digits/],
    [`spotify:track:${ID}`, /that of a track, and an artist is wanted/],
    [`https://open.spotify.com/album/${ID}`, /that of an album, and an artist is wanted/],
    ['https://open.spotify.com/', /that of nothing/],
    ['spotify:artist:short', /"short" in the URI is no id/],
    ['https://spotify.link/abcdef', /short link/],
    [`https://example.com/artist/${ID}`, /no address at open.spotify.com/],
    [`https://open.spotify.com.example.com/artist/${ID}`, /no address at open.spotify.com/],
    [`open.spotify.com/artist/../../${ID}`, /that of a 4uLU/],
  ])('is not found in %j', (text, why) => {
    expect(readSpotifyId('artist', text)).toEqual({ problem: expect.stringMatching(why) });
  });
});

it('whatever is given, an id is found or a reason', () => {
  const words = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.stringMatching(/^(spotify:|https:\/\/open\.spotify\.com\/)(artist|track)[:/][0-9A-Za-z]{20,23}$/),
  );
  fc.assert(
    fc.property(words, (text) => {
      const read = readSpotifyId('artist', text);
      expect('id' in read ? read.id : read.problem).toMatch('id' in read ? /^[0-9A-Za-z]{22}$/ : /\S/);
    }),
  );
});

describe('what to watch', () => {
  it('is read with its defaults', () => {
    const written = WrittenWatch.parse({ artists: [`spotify:artist:${ID}`, ID], searches: [{ q: ' kraftwerk ' }], new_releases: true });
    expect(watchConfig(written)).toEqual({
      playlists: [],
      artists: [ID],
      albums: [],
      tracks: [],
      searches: [{ q: 'kraftwerk', types: ['track'], market: null, pages: 1 }],
      newReleases: true,
      everyHours: 24,
    });
  });

  it('is told with all that is wrong, each at its place', () => {
    const wrong = {
      playlists: ['https://spotify.link/x'],
      searches: [{ q: '', types: ['song'], market: 'de', pages: 0 }],
      every_hours: 0,
      artist: [ID],
    };
    const issues = WrittenWatch.safeParse(wrong).error?.issues ?? [];
    expect(issues.map(({ path }) => path.join('.'))).toEqual([
      'playlists.0',
      'searches.0.q',
      'searches.0.types.0',
      'searches.0.market',
      'searches.0.pages',
      'every_hours',
      '',
    ]);
    expect(issues[0]?.message).toMatch(/^the id, URI or address of the playlist: .*short link/);
  });
});
