-- one recording, by plays that count: 30 seconds or more, or polled
select
  row_number() over (order by count(*) desc, sum(plays.ms_played) desc nulls last, min(plays.track_name), min(plays.artist_name)) as rank,
  arg_max(plays.track_name, plays.ended_at) as track_name,
  arg_max(plays.artist_name, plays.ended_at) as artist_name,
  count(*) as play_count,
  sum(plays.ms_played)::bigint as ms_played,
  max(plays.ended_at) as last_played_at,
  'https://open.spotify.com/track/' || arg_max(plays.track_id, plays.ended_at) as url
from plays
left join track_recordings using (track_id)
where plays.kind not in ('episode', 'audiobook_chapter')
  and plays.track_name is not null
  and (plays.ms_played is null or plays.ms_played >= 30000)
  and ($account is null or plays.account_id = $account)
  and ($from is null or plays.ended_at >= ($from::timestamp at time zone $time_zone) at time zone 'UTC')
  and ($to is null or plays.ended_at < (($to::date + interval 1 day) at time zone $time_zone) at time zone 'UTC')
group by coalesce(track_recordings.recording_id, plays.track_uri, lower(plays.artist_name) || chr(31) || lower(plays.track_name))
order by rank
limit $limit
