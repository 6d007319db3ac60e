-- One UTC day on which one file of streaming history has a record. Songs alone close a day: nothing else is ever polled.
with by_day as (
  select account_id, raw_id, ended_from::date as day, count(*)::bigint as record_count, min(ended_from) as first_at, max(ended_from) as last_at,
    count(*) filter (where kind in ('track', 'local', 'unknown')) as songs,
    min(ended_from) filter (where kind in ('track', 'local', 'unknown')) as first_song_at,
    max(ended_from) filter (where kind in ('track', 'local', 'unknown')) as last_song_at
  from evidence_row
  where raw_id is not null and origin <> 'recently_played'
  group by all
), around as (
  select *,
    lag(last_at) over file as last_before, lead(first_at) over file as first_after,
    min(first_song_at) over whole_file as first_song, max(last_song_at) over whole_file as last_song
  from by_day
  window file as (partition by raw_id order by day), whole_file as (partition by raw_id)
)
select
  account_id, r.sha256 as file_sha256, day, record_count,
  songs > 0 and coalesce(first_song < day::timestamp and last_song >= day + interval 8 days, false) as is_closed,
  coalesce(first_at - last_before < interval 24 hours and first_after - last_at < interval 24 hours, false) as is_spanned,
  last_at as _observed_at, r.raw_key as _raw_key, 1::bigint as _raw_line, null::bigint as _raw_item, 'account=' || account_id as partition_name
from around
join raw_object as r using (raw_id)
