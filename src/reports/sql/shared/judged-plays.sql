-- one play with what the counting rule says of it: the rule asked for, else that of the account, else 30s; null = the rule cannot tell
select
  shown.* exclude (counting_rule_id),
  case when $counting is null then counting_rule_id end as counting_rule_id,
  case coalesce($counting, shown.counting, '30s')
    when 'any' then true
    -- Spotify lists a play from about 30 seconds on, so a polled one, whose length nobody tells, counts.
    when '30s' then shown.ms_played is null or shown.ms_played >= 30000
    when 'completed' then shown.reason_end = 'trackdone'
    when 'half' then case
      when shown.ms_played >= 240000 then true
      when shown.ms_played is not null and lengths.duration_ms is not null then 2 * shown.ms_played >= lengths.duration_ms
      when shown.reason_end = 'trackdone' then true
    end
  end as is_counted
from ({{shown_plays}}) as shown
left join (
  select uri, duration_ms
  from (
    select 'spotify:track:' || track_id as uri, duration_ms from tracks
    union all
    select 'spotify:episode:' || episode_id, duration_ms from episodes
  )
  where $counting = 'half' or ($counting is null and rule_counts('half'))
) as lengths on lengths.uri = shown.track_uri
