-- one item that was played, as its account's plays name it, with what rules say of these names
create or replace table kept.named_items as
select row_number() over ()::integer as item, *
from (select distinct account_id, kind, track_id, track_uri, track_name, artist_name, album_name, show_name from shown_yearly);
create or replace table kept.items as
select
  item, named.account_id, kind, kind not in ('episode', 'audiobook_chapter') as is_music, track_id, named.track_uri,
  coalesce(own.track_name, every.track_name, named.track_name) as track_name,
  coalesce(own.artist_name, every.artist_name, named.artist_name) as artist_name,
  coalesce(own.album_name, every.album_name, named.album_name) as album_name,
  coalesce(own.show_name, every.show_name, named.show_name) as show_name,
  coalesce(own.artist_name, every.artist_name) is not null as has_new_artist,
  coalesce(own.album_name, every.album_name) is not null as has_new_album,
  coalesce(own.show_name, every.show_name) is not null as has_new_show,
  coalesce(own_count.counting, every_count.counting) as counting,
  lengths.duration_ms
from kept.named_items as named
left join (
  select account_id, arg_max(counting, created_at) as counting from rules where kind = 'count' and account_id is not null group by account_id
) as own_count on own_count.account_id = named.account_id
left join (select arg_max(counting, created_at) as counting from rules where kind = 'count' and account_id is null) as every_count on true
left join (
  select 'spotify:track:' || track_id as uri, duration_ms from tracks
  union all
  select 'spotify:episode:' || episode_id, duration_ms from episodes
) as lengths on lengths.uri = named.track_uri
left join (
  select account_id, item_uri, arg_max(track_name, created_at) as track_name, arg_max(artist_name, created_at) as artist_name,
    arg_max(album_name, created_at) as album_name, arg_max(show_name, created_at) as show_name
  from rules
  where kind = 'override' and account_id is not null
  group by account_id, item_uri
) as own on own.account_id = named.account_id and own.item_uri = named.track_uri
left join (
  select item_uri, arg_max(track_name, created_at) as track_name, arg_max(artist_name, created_at) as artist_name,
    arg_max(album_name, created_at) as album_name, arg_max(show_name, created_at) as show_name
  from rules
  where kind = 'override' and account_id is null
  group by item_uri
) as every on every.item_uri = named.track_uri;
create or replace table kept.item_sums as
select
  item, from_at, until_at, plays_any::integer as plays_any, plays_30s::integer as plays_30s, ms_any, ms_30s,
  first_any_at, last_any_at, first_30s_at, last_30s_at
from shown_yearly as sums
join kept.named_items as named
  on named.account_id = sums.account_id and named.kind = sums.kind and named.track_id is not distinct from sums.track_id
  and named.track_uri is not distinct from sums.track_uri and named.track_name is not distinct from sums.track_name
  and named.artist_name is not distinct from sums.artist_name and named.album_name is not distinct from sums.album_name
  and named.show_name is not distinct from sums.show_name
