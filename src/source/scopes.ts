/** What each permission that a stream may need is for, in plain words. https://developer.spotify.com/documentation/web-api/concepts/scopes */
const REASONS: Readonly<Record<string, string>> = {
  'playlist-read-private': 'your private playlists, and what is in them',
  'playlist-read-collaborative': 'the playlists that you make together with others',
  'user-library-read': 'the tracks, albums, shows, episodes and audiobooks that you saved',
  'user-read-playback-position': 'the episodes that you saved: Spotify asks for it with them',
  'user-top-read': 'your top tracks and artists, as Spotify reckons them',
  'user-follow-read': 'the artists that you follow',
  'user-read-recently-played': 'the last 50 tracks that you played',
  'user-read-currently-playing': 'what plays at the moment of a run',
  'user-read-private': 'your country and kind of subscription, in your profile',
};

/** A permission, and why it is asked for. */
export interface AskedScope {
  readonly scope: string;
  readonly reason: string;
}

/** The permissions that streams need and no more, each once, by name. */
export function leastScopes(streams: readonly { readonly scopes: readonly string[] }[]): readonly AskedScope[] {
  const names = [...new Set(streams.flatMap(({ scopes }) => scopes))].sort();
  return names.map((scope) => ({ scope, reason: REASONS[scope] ?? 'a stream that the settings name' }));
}
