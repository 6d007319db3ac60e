import { columns, type Table } from './table.ts';

const PLAY = `
  platform text? Device or app as the export names it
  country text? Two-letter country of the connection
  reason_start text? Why it started, in Spotify's words
  reason_end text? Why it ended, in Spotify's words
  is_shuffle boolean? Shuffle was on
  is_skipped boolean? Skipped, as the export says
  is_offline boolean? Played offline
  is_incognito boolean? Played in a private session`;

export const facts: readonly Table[] = [
  {
    name: 'plays',
    kind: 'fact',
    grain: 'one play of one account',
    key: ['play_id'],
    strategy: 'replace_partition',
    partition: 'account=<account>/year=<yyyy of ended_at>',
    columns: columns(`
      play_id text 128 bits in hex, from the first evidence; changes when better evidence arrives, so nothing durable refers to it
      account_id text Account by its name in the config
      ended_at timestamp When the play ended (UTC)
      started_at timestamp? Estimate: ended_at less ms_played; null where only polled
      ms_played integer? Milliseconds listened; null where only polled
      kind text track, video, episode, audiobook_chapter, local or unknown
      track_id text? Spotify id of the track
      track_uri text? Spotify URI of what was played
      track_name text? Title as the evidence has it
      artist_name text? First artist as the evidence has it
      album_name text? Album as the evidence has it
      show_name text? Show of an episode or title of an audiobook
      context_uri text? Playlist, album or artist it was played from
      ${PLAY.trim()}
      confidence text certain or provisional
      source text export, web_api or sample: of the first evidence
      evidence_count integer Evidence rows that speak of this play`),
  },
  {
    name: 'play_evidence',
    kind: 'fact',
    grain: 'one input record about a play; equal polled records share a row',
    key: ['evidence_id'],
    strategy: 'replace_partition',
    partition: 'account=<account>/year=<yyyy of ended_from>',
    columns: columns(`
      evidence_id text sha256 over the normalised columns, in hex
      account_id text Account by its name in the config
      origin text recently_played, extended_history or account_history
      ended_from timestamp Start of the interval in which the play ended (UTC)
      ended_until timestamp End of that interval, exclusive; equal to ended_from for a point
      ms_played integer? Milliseconds listened
      kind text track, video, episode, audiobook_chapter, local or unknown
      track_id text? Spotify id of the track
      track_uri text? Spotify URI of what was played
      track_name text? Title
      artist_name text? First artist
      album_name text? Album
      show_name text? Show of an episode or title of an audiobook
      title_key text? Title, NFC, lower case, white space collapsed
      artist_keys text? JSON list of the artists' keys, made like title_key
      offline_stamp timestamp? Second clock of the export, brought to seconds
      context_uri text? Playlist, album or artist it was played from
      ${PLAY.trim()}
      source text export, web_api or sample
      file_sha256 text? The export file it stood in
      verdict text kept, merged, duplicate or filtered
      reason text? Rule that gave the verdict
      play_id text? The play it speaks of; null where it adds none
      copy_count integer Further records equal to this one in every column`),
  },
  {
    name: 'looks',
    kind: 'fact',
    grain: 'one list at one time it was looked at',
    key: ['list_kind', 'list_id', 'account_id', 'observed_at'],
    strategy: 'replace_partition',
    partition: 'bucket=<first hex digit of md5(list)>',
    columns: columns(`
      list_kind text playlist, saved_tracks, saved_albums, saved_shows, saved_episodes, saved_audiobooks, followed_artists, my_playlists; exported_saved_tracks and its like in a privacy export
      list_id text Playlist id; the account's name for its own lists; export:<account>:<hash of the name> for a playlist of a privacy export
      account_id text? Account whose list it is; null for a playlist
      observed_at timestamp? When the look began; null for what nothing dates
      is_complete boolean The pages cover the whole list, and it did not change meanwhile
      snapshot_id text? Version of a playlist
      item_count integer Items seen`),
  },
  {
    name: 'playlist_items',
    kind: 'fact',
    grain: 'one stay of one item in one playlist',
    key: ['playlist_id', 'item_uri', 'added_at', 'added_by', 'copy', 'seen_from'],
    strategy: 'replace_partition',
    partition: 'bucket=<first hex digit of md5(list)>',
    columns: columns(`
      playlist_id text The playlist; export:<account>:<hash of the name> for one of a privacy export
      item_uri text URI of the track, episode or local file; unavailable where Spotify names none
      item_kind text track, episode, local or unavailable; in privacy exports also audiobook
      track_id text? Spotify id, for tracks
      episode_id text? Spotify id, for episodes
      added_at timestamp? When it was added, as the playlist says; in a privacy export the day alone
      added_by text? User id of who added it
      copy integer 1 for the first of several equal items
      position integer? 0-based place at the newest look that shows it
      seen_from timestamp? First look that shows it; null for what nothing dates
      removed_at timestamp? First later complete look without it; null while it stays
      last_seen_at timestamp? = Newest look that shows it
      source text export, web_api or sample`),
  },
  {
    name: 'saved_items',
    kind: 'fact',
    grain: 'one stay of one item in one library',
    key: ['account_id', 'item_kind', 'item_uri', 'added_at', 'seen_from'],
    strategy: 'replace_partition',
    partition: 'bucket=<first hex digit of md5(list)>',
    columns: columns(`
      account_id text Account by its name in the config
      item_kind text track, album, show, episode or audiobook
      item_uri text Spotify URI of what was saved
      item_id text? Spotify id of what was saved
      added_at timestamp? When it was saved; null where only a privacy export shows it
      position integer? 0-based place at the newest look that shows it
      seen_from timestamp? First look that shows it; null for what nothing dates
      removed_at timestamp? First later complete look without it; null while it stays
      last_seen_at timestamp? = Newest look that shows it
      source text export, web_api or sample`),
  },
  {
    name: 'followed_artists',
    kind: 'fact',
    grain: 'one stretch of following one artist',
    key: ['account_id', 'artist_id', 'seen_from'],
    strategy: 'replace_partition',
    partition: 'bucket=<first hex digit of md5(list)>',
    columns: columns(`
      account_id text Account by its name in the config
      artist_id text The artist
      position integer? 0-based place at the newest look that shows it
      seen_from timestamp? First look that shows it; null for what nothing dates
      removed_at timestamp? First later complete look without it; null while it stays
      last_seen_at timestamp? = Newest look that shows it
      source text export, web_api or sample`),
  },
  {
    name: 'top_items',
    kind: 'fact',
    grain: 'one rank of one account, time range and kind on one day',
    key: ['account_id', 'time_range', 'kind', 'observed_on', 'rank'],
    strategy: 'append',
    partition: 'dt=<observed_on>',
    columns: columns(`
      account_id text Account by its name in the config
      time_range text short_term (4 weeks), medium_term (6 months) or long_term (1 year)
      kind text track or artist
      observed_on date? Day of the snapshot (UTC); null for what nothing dates
      rank integer 1 = most played
      id text Spotify id of the track or artist
      source text web_api or sample`),
  },
  {
    name: 'popularity',
    kind: 'fact',
    grain: 'one track, album, artist or playlist on one day, where the API says how popular it is',
    key: ['kind', 'id', 'observed_on'],
    strategy: 'append',
    partition: 'dt=<observed_on>',
    columns: columns(`
      kind text track, album, artist or playlist
      id text Spotify id
      observed_on date? Day (UTC); null for what nothing dates
      popularity integer? 0 to 100; missing is missing, never 0
      followers integer? Followers
      source text web_api or sample`),
  },
  {
    name: 'plays_hourly',
    kind: 'rollup',
    grain: 'plays of one account, hour and kind',
    key: ['account_id', 'hour_at', 'kind'],
    strategy: 'replace_partition',
    partition: 'account=<account>/year=<yyyy of hour_at>',
    columns: columns(`
      account_id text Account by its name in the config
      hour_at timestamp Start of the hour (UTC)
      kind text As in plays
      plays_any integer Every play
      plays_30s integer Plays of 30 seconds or more, and polled ones
      plays_completed integer Plays that ended with trackdone
      plays_unended integer Plays of which nothing tells how they ended
      ms_any integer? Milliseconds listened, of plays whose length is known
      ms_30s integer? The same of plays of 30 seconds or more
      ms_completed integer? The same of plays that ended with trackdone`),
  },
  {
    name: 'plays_yearly',
    kind: 'rollup',
    grain: 'plays of one account, item as plays name it, and stretch of a year: its first day, its last, or what lies between',
    key: ['account_id', 'from_at', 'kind', 'track_id', 'track_uri', 'track_name', 'artist_name', 'album_name', 'show_name'],
    strategy: 'replace_partition',
    partition: 'account=<account>/year=<yyyy of from_at>',
    columns: columns(`
      account_id text Account by its name in the config
      from_at timestamp Start of the stretch (UTC)
      until_at timestamp End of the stretch, exclusive (UTC)
      kind text As in plays
      track_id text? As in plays, as all that names the item
      track_uri text? Spotify URI of what was played
      track_name text? Title
      artist_name text? First artist
      album_name text? Album
      show_name text? Show of an episode or title of an audiobook
      plays_any integer Every play
      plays_30s integer Plays of 30 seconds or more, and polled ones
      ms_any integer? Milliseconds listened, of plays whose length is known
      ms_30s integer? The same of plays of 30 seconds or more
      first_any_at timestamp End of the first play (UTC)
      last_any_at timestamp End of the last play (UTC)
      first_30s_at timestamp? End of the first play of 30 seconds or more, or polled (UTC)
      last_30s_at timestamp? End of the last such play (UTC)`),
  },
];
