-- one decade of release; null = of no known date
with counted as ({{item_plays}}),
released as (
  select track_id, year(released_on) // 10 * 10 as decade
  from tracks
  join albums using (album_id)
),
played as (
  select
    decade,
    sum(play_count)::bigint as play_count,
    sum(undecided_count)::bigint as undecided_count,
    sum(ms_played)::bigint as ms_played
  from counted
  left join kept.played_tracks as tracks using (track_id)
  where is_music
  group by decade
),
saved as (
  select decade, count(distinct (account_id, item_uri)) as saved_count
  from saved_items
  left join released on released.track_id = item_id
  where item_kind = 'track' and removed_at is null and ($account is null or account_id = $account)
  group by decade
)
select
  coalesce(played.decade, saved.decade) as decade,
  coalesce(play_count, 0) as play_count,
  coalesce(undecided_count, 0) as undecided_count,
  ms_played,
  coalesce(saved_count, 0) as saved_count
from played
full join saved on saved.decade is not distinct from played.decade
order by decade nulls last
