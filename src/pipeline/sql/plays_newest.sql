-- one play that ended on these days of its account's time zone, newest first; one more than the limit says that there are more
with chosen as (
  select play_id, account_id, ended_at, kind, track_uri, track_name, show_name, artist_name, album_name, ms_played, confidence
  from plays
  where ($account::varchar is null or account_id = $account)
    -- No zone is farther than 14 hours from UTC: whole files are passed over by this.
    and ($from::date is null or (ended_at >= $from::date - interval 15 hour and local_time(account_id, ended_at) >= $from::date))
    and ($to::date is null or (ended_at < $to::date + interval 39 hour and local_time(account_id, ended_at) < $to::date + interval 1 day))
    and ($before_at::timestamp is null or ended_at <= $before_at::timestamp)
    and ($before_at::timestamp is null or ended_at < $before_at::timestamp or play_id < $before_id::varchar)
    and (
      $search::varchar is null
      or contains(strip_accents(lower(track_name)), strip_accents(lower($search)))
      or contains(strip_accents(lower(artist_name)), strip_accents(lower($search)))
      or contains(strip_accents(lower(album_name)), strip_accents(lower($search)))
      or contains(strip_accents(lower(show_name)), strip_accents(lower($search)))
    )
),
-- Times alone are read of all plays, everything else of the newest.
newest as (select ended_at from chosen order by ended_at desc limit $limit::bigint + 1)
select
  play_id, account_id, strftime(local_time(account_id, ended_at), '%Y-%m-%d %H:%M:%S') as local_time, ended_at, kind,
  coalesce(track_name, show_name) as title, coalesce(artist_name, show_name) as artist, ms_played, confidence,
  exists (select 1 from hidden_plays where hidden_plays.play_id = chosen.play_id) as is_hidden,
  case when track_uri like 'spotify:%' and kind <> 'local' then 'https://open.spotify.com/' || replace(substr(track_uri, 9), ':', '/') end as url
from chosen
where ended_at in (select ended_at from newest)
order by chosen.ended_at desc, play_id desc
limit $limit::bigint + 1
