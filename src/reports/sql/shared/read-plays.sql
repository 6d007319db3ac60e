-- the same of plays in files, where they are not kept
select
  null::integer as item, account_id, kind, is_music, track_id, track_uri, track_name, artist_name, album_name, show_name, has_new_artist, has_new_album, has_new_show,
  ended_at, local_at, ms_played, is_counted
from ({{counted_file_plays}})
