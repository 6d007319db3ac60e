-- one play of any kind and length, newest first
with shown as (
  select *
  from (select *, coalesce(track_name, show_name) as title, {{all_names}} as all_names from ({{shown_plays}}))
  where {{in_period}} and {{found}}
),
-- Times alone are read of all plays, everything else of the newest, and of those at the time of the last one shown.
newest as (
  (select ended_at from shown where $before is null or ended_at < {{before_at}} order by ended_at desc limit $limit)
  union all
  select {{before_at}} where $before is not null
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
from shown
where ended_at in (select ended_at from newest)
  and ($before is null or ended_at < {{before_at}} or play_id > substr($before, strpos($before, '/') + 1))
order by ended_at desc, play_id
limit $limit
