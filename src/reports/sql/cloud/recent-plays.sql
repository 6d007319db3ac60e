-- one play of any kind and length, newest first
with shown as (select *, coalesce(track_name, show_name) as title, {{all_names}} as all_names from ({{shown_plays}}))
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
where {{in_period}} and {{found}}
  and ($before is null or ended_at < {{before_at}} or (ended_at = {{before_at}} and play_id > substr($before, strpos($before, '/') + 1)))
order by ended_at desc, play_id
limit $limit
