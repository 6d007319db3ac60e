-- one play of any kind and length, newest first
with shown as ({{shown_plays}}),
-- Times alone are read of all plays, everything else of the newest.
newest as (select ended_at from shown where {{in_period}} order by ended_at desc limit $limit)
select
  ended_at,
  coalesce(track_name, show_name) as title,
  artist_name,
  album_name,
  kind,
  ms_played,
  account_id,
  confidence,
  case when track_uri like 'spotify:%' and kind <> 'local' then 'https://open.spotify.com/' || replace(substr(track_uri, 9), ':', '/') end as url
from shown
where ended_at in (select ended_at from newest) and {{in_period}}
order by ended_at desc, play_id
limit $limit
