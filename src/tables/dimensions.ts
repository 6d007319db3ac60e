import { columns, type Table } from './table.ts';

function dimension(name: string, grain: string, key: string, text: string): Table {
  return {
    name,
    kind: 'dimension',
    grain,
    key: [key],
    strategy: 'latest',
    partition: 'all',
    columns: columns(`${text}\n      source text @core export, web_api or sample`),
  };
}

export const dimensions: readonly Table[] = [
  dimension(
    'tracks',
    'one track id',
    'track_id',
    `
      track_id text Spotify id
      uri text? @core Spotify URI
      name text? @core Title
      duration_ms integer? @core Length in milliseconds
      is_explicit boolean? @core Marked explicit
      disc_number integer? @core Disc it is on
      track_number integer? @core Place on the disc
      album_id text? @album Album it belongs to
      isrc text? @ids International Standard Recording Code, upper case
      linked_from_id text? @link Track id that was asked for when Spotify answered with this one
      popularity integer? @counts 0 to 100, newest known; gone in development mode`,
  ),
  dimension(
    'albums',
    'one album id',
    'album_id',
    `
      album_id text Spotify id
      uri text? @core Spotify URI
      name text? @core Title
      album_type text? @core album, single or compilation
      image_url text? @image Largest cover
      total_tracks integer? @size Number of tracks
      release_date text? @release As Spotify writes it: 1981, 1981-12 or 1981-12-05
      release_date_precision text? @release year, month or day
      released_on date? @release First day that release_date can mean
      upc text? @ids Universal Product Code
      label text? @label Record label; gone in development mode
      popularity integer? @counts 0 to 100, newest known; gone in development mode`,
  ),
  dimension(
    'artists',
    'one artist id',
    'artist_id',
    `
      artist_id text Spotify id
      uri text? @core Spotify URI
      name text? @core Name
      image_url text? @image Largest picture
      genres text? @genres JSON list of genres; deprecated by Spotify
      popularity integer? @popularity 0 to 100, newest known; gone in development mode
      followers integer? @followers Newest known; gone in development mode`,
  ),
  dimension(
    'playlists',
    'one playlist id',
    'playlist_id',
    `
      playlist_id text Spotify id; export:<account>:<hash of the name> for one of a privacy export
      uri text? @core Spotify URI
      name text? @core Name
      description text? @core Description
      owner_id text? @core User id of the owner
      owner_name text? @core Display name of the owner
      is_public boolean? @core Shown on the owner's profile
      is_collaborative boolean? @core Others may add to it
      snapshot_id text? @core Version when it was last seen
      items_total integer? @size Number of items, as Spotify says
      followers integer? @followers Followers`,
  ),
  dimension(
    'shows',
    'one podcast',
    'show_id',
    `
      show_id text Spotify id
      uri text? @core Spotify URI
      name text? @core Title
      media_type text? @core audio, video or mixed
      is_explicit boolean? @core Marked explicit
      description text? @core Description
      image_url text? @image Largest cover
      publisher text? @publisher Publisher; gone in development mode
      total_episodes integer? @size Number of episodes`,
  ),
  dimension(
    'episodes',
    'one podcast episode',
    'episode_id',
    `
      episode_id text Spotify id
      uri text? @core Spotify URI
      name text? @core Title
      description text? @core Description
      duration_ms integer? @core Length in milliseconds
      is_explicit boolean? @core Marked explicit
      release_date text? @core As Spotify writes it
      release_date_precision text? @core year, month or day
      released_on date? @core First day that release_date can mean
      image_url text? @image Largest picture
      show_id text? @show Show it belongs to`,
  ),
  dimension(
    'audiobooks',
    'one audiobook',
    'audiobook_id',
    `
      audiobook_id text Spotify id
      uri text? @core Spotify URI
      name text? @core Title
      authors text? @core JSON list of the authors' names
      narrators text? @core JSON list of the narrators' names
      is_explicit boolean? @core Marked explicit
      image_url text? @image Largest cover
      publisher text? @publisher Publisher; gone in development mode
      total_chapters integer? @size Number of chapters`,
  ),
  dimension(
    'accounts',
    'one account',
    'account_id',
    `
      account_id text Account by its name in the config
      spotify_account_id text? @identity Spotify's stable account id
      user_id text? @core Spotify user id
      display_name text? @core Display name
      uri text? @core Spotify URI
      country text? @region Country; gone in development mode
      product text? @product free, premium, …; gone in development mode`,
  ),
];
