-- one decade of release; null = of no known date
with counted as ({{counted_plays}}),
released as (
  select tracks.track_id, year(albums.released_on) - year(albums.released_on) % 10 as decade
  from tracks
  join albums on albums.album_id = tracks.album_id
),
played as (
  select
    released.decade,
    count(is_counted) as play_count,
    count(*) - count(is_counted) as undecided_count,
    sum(ms_played) filter (where is_counted) as ms_played
  from counted
  left join released on released.track_id = counted.track_id
  where is_music and {{in_period}}
  group by released.decade
),
saved as (
  select released.decade, count(distinct concat_ws(chr(31), saved_items.account_id, saved_items.item_uri)) as saved_count
  from saved_items
  left join released on released.track_id = saved_items.item_id
  where saved_items.item_kind = 'track' and saved_items.removed_at is null and ($account is null or saved_items.account_id = $account)
  group by released.decade
)
select
  coalesce(played.decade, saved.decade) as decade,
  coalesce(play_count, 0) as play_count,
  coalesce(undecided_count, 0) as undecided_count,
  ms_played::bigint as ms_played,
  coalesce(saved_count, 0) as saved_count
from played
full join saved on coalesce(saved.decade, -1) = coalesce(played.decade, -1)
order by 1 nulls last
