-- one play that no rule leaves out, with the names that rules give it and how its account counts; has_new_…: then ids say nothing about that name
select
  plays.* replace (
    coalesce(own.track_name, every.track_name, plays.track_name) as track_name,
    coalesce(own.artist_name, every.artist_name, plays.artist_name) as artist_name,
    coalesce(own.album_name, every.album_name, plays.album_name) as album_name,
    coalesce(own.show_name, every.show_name, plays.show_name) as show_name
  ),
  coalesce(own.artist_name, every.artist_name) is not null as has_new_artist,
  coalesce(own.album_name, every.album_name) is not null as has_new_album,
  coalesce(own.show_name, every.show_name) is not null as has_new_show,
  coalesce(own_count.counting, every_count.counting) as counting,
  coalesce(own_count.rule_id, every_count.rule_id) as counting_rule_id
from plays
anti join hidden_plays on hidden_plays.play_id = plays.play_id
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
left join (
  select account_id, arg_max(counting, created_at) as counting, arg_max(rule_id, created_at) as rule_id
  from rules
  where kind = 'count' and account_id is not null
  group by account_id
) as own_count on own_count.account_id = plays.account_id
left join (
  select arg_max(counting, created_at) as counting, arg_max(rule_id, created_at) as rule_id
  from rules
  where kind = 'count' and account_id is null
) as every_count on true
