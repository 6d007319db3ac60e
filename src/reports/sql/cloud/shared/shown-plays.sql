-- one play that no rule leaves out, with the names that rules give it; has_new_…: then ids say nothing about that name
select
  plays.play_id, plays.account_id, plays.ended_at, plays.ms_played, plays.kind, plays.track_id, plays.track_uri, plays.reason_end, plays.confidence,
  coalesce(own.track_name, every.track_name, plays.track_name) as track_name,
  coalesce(own.artist_name, every.artist_name, plays.artist_name) as artist_name,
  coalesce(own.album_name, every.album_name, plays.album_name) as album_name,
  coalesce(own.show_name, every.show_name, plays.show_name) as show_name,
  local_time(plays.account_id, plays.ended_at, $time_zone) as local_at,
  plays.kind not in ('episode', 'audiobook_chapter') as is_music,
  coalesce(own.artist_name, every.artist_name) is not null as has_new_artist,
  coalesce(own.album_name, every.album_name) is not null as has_new_album,
  coalesce(own.show_name, every.show_name) is not null as has_new_show
from plays
left join (select distinct play_id from hidden_plays) as hidden on hidden.play_id = plays.play_id
left join (
  select account_id, item_uri, arg_max(track_name, created_at) as track_name, arg_max(artist_name, created_at) as artist_name,
    arg_max(album_name, created_at) as album_name, arg_max(show_name, created_at) as show_name
  from rules
  where kind = 'override' and account_id is not null
  group by account_id, item_uri
) as own on own.account_id = plays.account_id and own.item_uri = plays.track_uri
left join (
  select item_uri, arg_max(track_name, created_at) as track_name, arg_max(artist_name, created_at) as artist_name,
    arg_max(album_name, created_at) as album_name, arg_max(show_name, created_at) as show_name
  from rules
  where kind = 'override' and account_id is null
  group by item_uri
) as every on every.item_uri = plays.track_uri
where hidden.play_id is null and ($account is null or plays.account_id = $account)
