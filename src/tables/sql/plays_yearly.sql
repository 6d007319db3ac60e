-- Plays of one account, one item as plays name it, and one stretch of a year (UTC): its first day, its last, and what lies between.
-- With the two days apart, a year of any time zone holds the long stretch whole.
select
  account_id,
  make_timestamp(in_year, if(stretch = 3, 12, 1), case stretch when 1 then 1 when 2 then 2 else 31 end, 0, 0, 0) as from_at,
  make_timestamp(if(stretch = 3, in_year + 1, in_year), if(stretch = 2, 12, 1), case stretch when 1 then 2 when 2 then 31 else 1 end, 0, 0, 0) as until_at,
  kind, track_id, track_uri, track_name, artist_name, album_name, show_name, plays_any, plays_30s, ms_any, ms_30s,
  first_any_at, last_any_at, first_30s_at, last_30s_at, _observed_at, null::varchar as _raw_key, null::bigint as _raw_line, null::bigint as _raw_item
from (
  select
    account_id, year(ended_at) as in_year,
    case when dayofyear(ended_at) = 1 then 1 when month(ended_at) = 12 and day(ended_at) = 31 then 3 else 2 end as stretch,
    kind, track_id, track_uri, track_name, artist_name, album_name, show_name,
    count(*)::bigint as plays_any,
    count(*) filter (where ms_played is null or ms_played >= 30000)::bigint as plays_30s,
    sum(ms_played)::bigint as ms_any,
    (sum(ms_played) filter (where ms_played >= 30000))::bigint as ms_30s,
    min(ended_at) as first_any_at,
    max(ended_at) as last_any_at,
    min(ended_at) filter (where ms_played is null or ms_played >= 30000) as first_30s_at,
    max(ended_at) filter (where ms_played is null or ms_played >= 30000) as last_30s_at,
    max(_observed_at) as _observed_at
  from $plays
  group by account_id, in_year, stretch, kind, track_id, track_uri, track_name, artist_name, album_name, show_name
)
