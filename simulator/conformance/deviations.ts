import type { Deviation } from './conformance.ts';

const CHANGELOG = 'developer.spotify.com/documentation/web-api/references/changes/february-2026';

/** Several fields with the same argument. */
const each = (fields: readonly string[], rest: Omit<Deviation, 'where'>): readonly Deviation[] =>
  fields.map((where) => ({ where, ...rest }));
const recorded = (kind: string, fields: readonly string[], why: string): readonly Deviation[] =>
  fields.map((field) => ({ where: `recorded ${kind}`, mode: 'extended', what: field, why }));

const missing = (field: string): string => `must have required property '${field}'`;

/** Required fields that development mode lost in 2026; the document still requires what it calls deprecated. */
const REMOVED: readonly Deviation[] = [
  ...each(['AlbumBase', 'ShowBase', 'AudiobookBase'], {
    mode: 'development',
    what: missing('available_markets'),
    why: `removed in development mode: ${CHANGELOG}`,
  }),
  ...each(['ShowBase', 'AudiobookBase'], {
    mode: 'development',
    what: missing('publisher'),
    why: `removed in development mode: ${CHANGELOG}`,
  }),
  ...['label', 'popularity'].map(
    (field): Deviation => ({
      where: 'AlbumObject',
      mode: 'development',
      what: missing(field),
      why: `removed in development mode: ${CHANGELOG}`,
    }),
  ),
  {
    where: 'ArtistDiscographyAlbumObject',
    mode: 'development',
    what: missing('album_group'),
    why: `removed in development mode: ${CHANGELOG}`,
  },
];

/** What the real Web API answers although the document's types do not allow it. */
const NULLS: readonly Deviation[] = [
  ...each(
    [
      'TrackObject.href',
      'TrackObject.id',
      'AlbumBase.album_type',
      'AlbumBase.href',
      'AlbumBase.id',
      'AlbumBase.release_date',
      'AlbumBase.release_date_precision',
      'AlbumBase.uri',
      'SimplifiedArtistObject.href',
      'SimplifiedArtistObject.id',
      'SimplifiedArtistObject.uri',
    ],
    { mode: 'both', what: 'is null', why: 'a local file is known by name only: home-assistant/core #130170' },
  ),
  {
    where: 'AlbumBase',
    mode: 'both',
    what: missing('total_tracks'),
    why: 'the album of a local file is a name and nothing else: home-assistant/core #130170',
  },
  {
    where: 'PlaylistTrackObject.item',
    mode: 'both',
    what: 'is null',
    why: 'an item that is no longer available: the document says so in words at SimplifiedPlaylistObject.items; spotify/web-api #958',
  },
  {
    where: 'PlaylistTrackObject.track',
    mode: 'extended',
    what: 'is null',
    why: 'the same under its old name: spotify/web-api #958',
  },
  ...each(['PlaylistTrackObject.added_at', 'PlaylistUserObject'], {
    mode: 'both',
    what: 'is null',
    why: 'very old playlists: the document says so in words at PlaylistTrackObject',
  }),
  {
    where: 'SimplifiedPlaylistObject',
    mode: 'both',
    what: 'is null',
    why: "a playlist of Spotify's own in a list or a search: zmb3/spotify #279",
  },
  ...each(['ContextObject', 'CurrentlyPlayingContextObject.item', 'CurrentlyPlayingObject.item', 'QueueObject.currently_playing'], {
    mode: 'both',
    what: 'is null',
    why: 'the document says in words "Can be null"; a recorded player has a null context',
  }),
  {
    where: 'CursorPagingObject.next',
    mode: 'both',
    what: 'is null',
    why: 'the document says in words "null if none", and a recorded last page of followed artists has it',
  },
  {
    where: 'CursorObject.after',
    mode: 'both',
    what: 'is null',
    why: 'a recorded last page of followed artists has it',
  },
  {
    where: 'CursorObject',
    mode: 'both',
    what: 'is null',
    why: 'recently-played past its end answers {"items":[],"next":null,"cursors":null}: spotify/web-api #1405',
  },
  ...each(
    ['TrackObject', 'AlbumObject', 'ArtistObject', 'ShowBase', 'EpisodeObject', 'AudiobookObject', 'ChapterObject', 'AudioFeaturesObject'],
    {
      mode: 'extended',
      what: 'is null',
      why: 'an unknown id in a batch: recorded for albums ({"albums":[null]}), in words for audiobooks at ManyAudiobooks',
    },
  ),
  {
    where: '/me/player/currently-playing',
    mode: 'both',
    what: 'status 204 is not documented',
    why: 'silence has no body; the document says so for /me/player, whose answer this is a part of',
  },
];

/** Fields that the document does not know. */
const UNDOCUMENTED: readonly Deviation[] = [
  ...['primary_color', 'video_thumbnail'].map(
    (field): Deviation => ({
      where: 'PlaylistTrackObject',
      mode: 'both',
      what: `field ${field} is not documented`,
      why: 'recorded in playlist items; caseychu/spotify-backup PR #30',
    }),
  ),
  ...['episode', 'track'].flatMap((field) => {
    const rest = { what: `field ${field} is not documented`, why: 'recorded in an episode that stands in a playlist: two booleans' };
    return [
      { where: 'PlaylistTrackObject.item', mode: 'both', ...rest } as const,
      { where: 'PlaylistTrackObject.track', mode: 'extended', ...rest } as const,
    ];
  }),
  {
    where: 'CurrentlyPlayingContextObject',
    mode: 'both',
    what: 'field smart_shuffle is not documented',
    why: 'recorded in the player; spotify-web-api-java 9.4.0',
  },
  {
    where: 'DisallowsObject',
    mode: 'both',
    what: 'field disallows is not documented',
    why: 'recorded in the player: the document leaves out the level between actions and its booleans',
  },
];

/** The recordings are from before 2026, some from before 2020. */
const SINCE_RECORDED: readonly Deviation[] = [
  ...recorded(
    'full album',
    ['only simulated: total_tracks', 'only simulated: label'],
    'required by the document (AlbumBase, AlbumObject); the recordings are older',
  ),
  ...recorded('simplified track', ['only simulated: is_local'], 'documented at SimplifiedTrackObject; the recording is older'),
  ...recorded('full track', ['only simulated: restrictions'], 'documented at TrackObject; nothing recorded was restricted'),
  ...recorded('simplified playlist', ['only simulated: description'], 'documented at SimplifiedPlaylistObject; the recordings are older'),
  ...['simplified playlist', 'full playlist'].flatMap((kind) =>
    recorded(kind, ['only simulated: items'], `the new name of tracks, both during the transition: ${CHANGELOG}`),
  ),
  ...recorded('playlist item', ['only simulated: item'], `the new name of track, both during the transition: ${CHANGELOG}`),
  ...recorded('saved item', ['only simulated: audiobook'], 'documented at SavedAudiobookObject; no saved audiobook was recorded'),
  ...recorded(
    'simplified episode',
    ['only simulated: html_description', 'only simulated: resume_point'],
    'documented at EpisodeBase; the recording is older and was made without user-read-playback-position',
  ),
  ...recorded(
    'full show',
    ['only simulated: html_description', 'only simulated: total_episodes'],
    'required by the document (ShowBase); the recording is older',
  ),
  ...recorded(
    'profile',
    ['only simulated: account_id'],
    'added in May 2026: developer.spotify.com/documentation/web-api/references/changes/may-2026',
  ),
  ...recorded('profile', ['only simulated: explicit_content'], 'documented at PrivateUserObject; the recording is older'),
  ...recorded('profile', ['only recorded: birthdate'], 'gone with its scope user-read-birthdate: the document knows neither'),
  ...recorded(
    'simplified album',
    ['only recorded: is_playable'],
    'recorded in recommendations only, which the simulator does not have; the document does not know it',
  ),
];

/** Every way in which the simulator may differ from its judges. An entry that nothing matches any more has to go. */
export const DEVIATIONS: readonly Deviation[] = [...REMOVED, ...NULLS, ...UNDOCUMENTED, ...SINCE_RECORDED];
