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
    'track_recordings',
    'bridge',
    'one track id, described or only played',
    ['track_id'],
    `
      track_id text The track
      recording_id text The recording it is of`,
  ),
  view(
    'recordings',
    'dimension',
    'one recording: an ISRC, or a track without one, or several that a rule made one',
    ['recording_id'],
    `
      recording_id text isrc:<code>, or track:<track id>; of several that are one the smallest
      isrc text? The code; of several the smallest
      name text? Title of its track with the smallest id; as the plays have it where no answer described the track
      track_count integer Track ids of this recording`,
  ),
  view(
    'rules',
    'operation',
    'one rule in force; of a rule over more than two tracks, one of them beside the first',
    ['rule_id', 'other_uri'],
    `
      rule_id text Name of its file in rules/
      kind text exclude, count, override, same_recording or different_recordings
      account_id text? Account whose plays it is about; null = all
      item_uri text? What was played, by its URI; of recordings the first track
      other_uri text? Of recordings the other track
      of_artist text? Name or URI of an artist
      of_show text? Name or URI of a show
      from_day date? First day in the account's time zone
      to_day date? Last day in the account's time zone
      from_at timestamp? Time from which on (UTC)
      to_at timestamp? Time before which (UTC)
      counting text? What counts as a play: any, 30s, completed or half
      track_name text? Title shown instead
      artist_name text? Artist shown instead
      album_name text? Album shown instead
      show_name text? Show shown instead
      note text? Why, in the words of who made it
      created_at timestamp When it was made (UTC)`,
  ),
  view(
    'hidden_plays',
    'operation',
    'one play that one rule leaves out of the reports; `plays` itself stays complete',
    ['play_id', 'rule_id'],
    `
      play_id text The play
      rule_id text The rule`,
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
