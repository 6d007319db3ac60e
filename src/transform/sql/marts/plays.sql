-- One play of one account: each column is the first value that its evidence has, in content order.
with ordered as (
  select *, row_number() over (partition by play_id order by verdict = 'kept' desc, track_uri nulls last, kind, track_id, track_name, artist_name, album_name, show_name, context_uri, evidence_id) as place
  from evidence
  where play_id is not null and verdict in ('kept', 'merged', 'duplicate')
)
select
  play_id, account_id,
  arg_min(ended_from, place) as ended_at,
  case when arg_min(ms_played, place) is not null then arg_min(ended_from, place) - to_milliseconds(arg_min(ms_played, place)) end as started_at,
  arg_min(ms_played, place) as ms_played, arg_min(kind, place) as kind, arg_min(track_id, place) as track_id,
  arg_min(track_uri, place) as track_uri, arg_min(track_name, place) as track_name, arg_min(artist_name, place) as artist_name,
  arg_min(album_name, place) as album_name, arg_min(show_name, place) as show_name, arg_min(context_uri, place) as context_uri,
  arg_min(platform, place) as platform, arg_min(country, place) as country, arg_min(reason_start, place) as reason_start,
  arg_min(reason_end, place) as reason_end, arg_min(is_shuffle, place) as is_shuffle, arg_min(is_skipped, place) as is_skipped,
  arg_min(is_offline, place) as is_offline, arg_min(is_incognito, place) as is_incognito,
  'provisional' as confidence, arg_min(source, place) as source, count(*) as evidence_count,
  arg_min(_observed_at, place) as _observed_at, arg_min(_raw_key, place) as _raw_key, arg_min(_raw_line, place) as _raw_line,
  arg_min(_raw_item, place) as _raw_item
from ordered
group by play_id, account_id
