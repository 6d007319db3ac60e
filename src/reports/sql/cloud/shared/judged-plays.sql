-- one play with what the counting rule says of it: the rule asked for, else that of the account, else 30s; null = the rule cannot tell
select
  shown.*,
  case when $counting is null then coalesce(own.rule_id, every.rule_id) end as counting_rule_id,
  case coalesce($counting, own.counting, every.counting, '30s')
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
  select account_id, arg_max(counting, created_at) as counting, arg_max(rule_id, created_at) as rule_id
  from rules
  where kind = 'count' and account_id is not null
  group by account_id
) as own on own.account_id = shown.account_id
left join (
  select arg_max(counting, created_at) as counting, arg_max(rule_id, created_at) as rule_id
  from rules
  where kind = 'count' and account_id is null
) as every on true
left join (
  select uri, duration_ms
  from (
    select 'spotify:track:' || track_id as uri, duration_ms from tracks
    union all
    select 'spotify:episode:' || episode_id, duration_ms from episodes
  )
  where $counting = 'half' or ($counting is null and rule_counts('half'))
) as lengths on lengths.uri = shown.track_uri
