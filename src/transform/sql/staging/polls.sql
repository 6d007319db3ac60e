-- One look at what an account played last: the answers of one walk, or a page by itself.
select
  s.account as account_id, if_dated(look_at) as observed_at, count(distinct {'at': played_at, 'uri': o.uri})::bigint as play_count,
  min(played_at) as oldest_played_at, max(played_at) as newest_played_at,
  look_at as _observed_at, min(r.raw_key) as _raw_key, min(s.line) as _raw_line, null::bigint as _raw_item,
  'dt=' || coalesce(if_dated(look_at)::date::varchar, 'undated') as partition_name
from seen_track as s
join raw_object as r using (raw_id)
where s.stream = 'recently_played' and played_at is not null
group by s.account, look_at, s.raw_id, case when s.walk_seq is null then s.line end
