-- one month in which one playlist changed
with events as (
  select playlist_id, local_time(null, member_from, $time_zone) as local_at, 1 as change
  from playlist_stays()
  where $account is null or playlist_id in ({{own_playlists}})
  union all
  select playlist_id, local_time(null, removed_at, $time_zone), -1
  from playlist_stays()
  where removed_at is not null and ($account is null or playlist_id in ({{own_playlists}}))
),
months as (
  select
    playlist_id,
    date_trunc('month', local_at)::date as month,
    count(*) filter (where change = 1) as added_count,
    count(*) filter (where change = -1) as removed_count
  from events
  group by 1, 2
),
totals as (
  -- What nothing dates was a member from before the first month.
  select *, (sum(added_count - removed_count) over (partition by playlist_id order by month nulls first))::bigint as item_count
  from months
)
select
  playlist_id,
  playlists.name,
  month,
  added_count,
  removed_count,
  item_count,
  case when not starts_with(playlist_id, 'export:') then 'https://open.spotify.com/playlist/' || playlist_id end as url
from totals
left join playlists using (playlist_id)
where month is not null
  and ($from is null or month >= date_trunc('month', $from::date))
  and ($to is null or month <= $to::date)
order by playlists.name nulls last, playlist_id, month
