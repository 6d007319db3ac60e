-- one play of any kind and length, newest first
with shown as ({{shown_plays}})
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
where {{in_period}}
order by ended_at desc, play_id
limit $limit
