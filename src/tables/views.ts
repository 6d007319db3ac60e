import { columns, type Table } from './table.ts';

function view(name: string, kind: Table['kind'], grain: string, key: readonly string[], text: string): Table {
  return { name, kind, grain, key, strategy: 'view', partition: '', columns: columns(text) };
}

export const views: readonly Table[] = [
  view(
    'track_artists',
    'bridge',
    'one artist of one track',
    ['track_id', 'position'],
    `
      track_id text The track
      position integer 0-based place in the list of artists
      artist_id text The artist`,
  ),
  view(
    'album_artists',
    'bridge',
    'one artist of one album',
    ['album_id', 'position'],
    `
      album_id text The album
      position integer 0-based place in the list of artists
      artist_id text The artist`,
  ),
  view(
    'recordings',
    'dimension',
    'one recording: an ISRC, or a track without one',
    ['recording_id'],
    `
      recording_id text isrc:<code>, or track:<track id>
      isrc text? The code
      name text? Title of its track with the smallest id
      track_count integer Track ids of this recording`,
  ),
  view(
    'track_recordings',
    'bridge',
    'one track id',
    ['track_id'],
    `
      track_id text The track
      recording_id text The recording it is of`,
  ),
  view(
    'enrichment_queue',
    'operation',
    'one played or listed track that no answer has described in full',
    ['track_id'],
    `
      track_id text The track
      play_count integer Plays that name it`,
  ),
  view(
    'album',
    'view',
    'one album, in the words of the classic course',
    ['album_id'],
    `
      album_id text Spotify id
      name text? Title
      release_date text? As Spotify writes it
      total_tracks integer? Number of tracks
      url text Link to open it in Spotify`,
  ),
  view(
    'artist',
    'view',
    'one artist, in the words of the classic course',
    ['artist_id'],
    `
      artist_id text Spotify id
      artist_name text? Name
      external_url text Link to open it in Spotify`,
  ),
  view(
    'songs',
    'view',
    'song × playlist × added_at of current members, in the words of the classic course',
    ['playlist_id', 'song_id', 'song_added'],
    `
      song_id text Spotify id of the track
      song_name text? Title
      duration_ms integer? Length in milliseconds
      url text Link to open it in Spotify
      popularity integer? 0 to 100, newest known
      song_added timestamp? When it was added to the playlist
      album_id text? Album
      artist_id text? First artist of the track
      playlist_id text Playlist it is in`,
  ),
];
