-- one stream of one account, with the newest time of its answers, or of what is held of it
create or replace table kept.newest_seen as
with answered as (
  select account_id, stream, max(observed_at) filter (where status < 400) as newest_at, 'api_requests' as told_by
  from api_requests
  group by account_id, stream
),
held as (
  select account_id, list_kind as stream, max(observed_at) as newest_at, 'looks' as told_by
  from looks
  group by account_id, list_kind
  union all
  select account_id, case when source = 'export' then 'export' else 'recently_played' end, max(ended_at), 'plays'
  from plays
  group by all
)
select * from answered
union all
select * from held where not exists (select 1 from api_requests)
