-- one track, recording or artist whose first play ever lies in the period
with counted as (
  select true as is_ever, * from ({{ever_plays}})
  union all
  select false, * from ({{item_plays}})
),
keyed as (
  select is_ever, track_key as key, track_name as name, artist_name, 'track/' || track_id as page, play_count, undecided_count, first_at
  from ({{track_plays}})
  where $by <> 'artist'
  union all
  select is_ever, artist_key, shown_name, null, 'artist/' || artist_id, play_count, undecided_count, first_at
  from ({{artist_plays}})
  where $by = 'artist'
)
select
  min(first_at) as first_played_at,
  arg_min(name, first_at) as name,
  arg_min(artist_name, first_at) as artist_name,
  (sum(play_count) filter (where not is_ever))::bigint as play_count,
  (sum(undecided_count) filter (where not is_ever))::bigint as undecided_count,
  'https://open.spotify.com/' || arg_min(page, first_at) as url
from keyed
group by key
having min(first_at) filter (where not is_ever) = min(first_at) filter (where is_ever)
order by first_played_at desc, name, key
limit $limit
