-- one play of any kind and length, newest first
with shown as (select *, coalesce(track_name, show_name) as title from ({{shown_plays}})),
-- Times alone are read of all plays, everything else of the newest, and of those at the time of the last one shown. Words are looked for in what was played,
-- not in each play of it, where plays are kept.
newest as (
  (
    select ended_at from ({{found_plays}}) where {{in_period}} and ($before is null or ended_at < {{before_at}})
    order by ended_at desc
    limit $limit
  )
  union all
  select {{before_at}} where $before is not null
),
-- No condition passes a limit: words are compared in what is left.
near as (
  select *, {{all_names}} as all_names from (select * from shown where ended_at in (select ended_at from newest) limit 1000000000)
)
select
  ended_at,
  title,
  artist_name,
  album_name,
  kind,
  ms_played,
  account_id,
  confidence,
  case when track_uri like 'spotify:%' and kind <> 'local' then 'https://open.spotify.com/' || replace(substr(track_uri, 9), ':', '/') end as url,
  play_id
from near
where {{in_period}} and {{found}} and ($before is null or ended_at < {{before_at}} or play_id > substr($before, strpos($before, '/') + 1))
order by ended_at desc, play_id
limit $limit
