-- one play that counts by the rule asked for, or of which the rule cannot tell: is_counted is then null, and the report says "undecided"
select
  plays.*,
  (plays.ended_at at time zone 'UTC') at time zone $time_zone as local_at,
  plays.kind not in ('episode', 'audiobook_chapter') as is_music,
  case $counting
    when 'any' then true
    -- Spotify lists a play from about 30 seconds on, so a polled one, whose length nobody tells, counts.
    when '30s' then plays.ms_played is null or plays.ms_played >= 30000
    when 'completed' then plays.reason_end = 'trackdone'
    when 'half' then case
      when plays.ms_played >= 240000 then true
      when plays.ms_played is not null and lengths.duration_ms is not null then 2 * plays.ms_played >= lengths.duration_ms
      when plays.reason_end = 'trackdone' then true
    end
  end as is_counted
from plays
left join (
  select 'spotify:track:' || track_id as uri, duration_ms from tracks where $counting = 'half'
  union all
  select 'spotify:episode:' || episode_id, duration_ms from episodes where $counting = 'half'
) as lengths on lengths.uri = plays.track_uri
where is_counted is not false and ($account is null or plays.account_id = $account)
