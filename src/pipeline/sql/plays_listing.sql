-- one play that ended in the span of its account's time zone; one more than the limit says that there are more
select
  play_id, account_id, strftime(local_time(account_id, ended_at), '%Y-%m-%d %H:%M:%S') as local_time, ended_at, kind,
  coalesce(track_name, show_name) as title, coalesce(artist_name, show_name) as artist, ms_played, confidence,
  exists (select 1 from hidden_plays where hidden_plays.play_id = plays.play_id) as is_hidden,
  case when track_uri like 'spotify:%' and kind <> 'local' then 'https://open.spotify.com/' || replace(substr(track_uri, 9), ':', '/') end as url
from plays
-- No zone is farther than 14 hours from UTC: whole files are passed over by this.
where ended_at between $from::timestamp - interval 15 hour and $until::timestamp + interval 15 hour
  and local_time(account_id, ended_at) >= $from::timestamp and local_time(account_id, ended_at) < $until::timestamp
  and ($account::varchar is null or account_id = $account)
  and ($play::varchar is null or play_id = $play)
order by ended_at, play_id
limit $limit::bigint + 1
