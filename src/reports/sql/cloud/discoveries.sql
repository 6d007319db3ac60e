-- one track, recording or artist whose first play ever lies in the period
with counted as (
  select track_key as key, track_name as name, artist_name, 'track/' || track_id as page, ended_at, local_at, is_counted
  from ({{track_plays}})
  where $by <> 'artist'
  union all
  select artist_key, shown_name, null::varchar, 'artist/' || artist_id, ended_at, local_at, is_counted
  from ({{artist_plays}})
  where $by = 'artist'
),
marked as (select *, min(ended_at) over (partition by key) as first_at from counted)
select
  first_at as first_played_at,
  arg_min(name, ended_at) as name,
  arg_min(artist_name, ended_at) as artist_name,
  count(is_counted) as play_count,
  count(*) - count(is_counted) as undecided_count,
  'https://open.spotify.com/' || arg_min(page, ended_at) as url
from marked
where {{in_period}}
group by key, first_at
having min(ended_at) = first_at
order by first_at desc, name, key
limit $limit
