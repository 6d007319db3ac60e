-- one record that speaks of a play shown, whenever it was told; or one of the span that adds no play
with shown as (
  select play_id
  from stored.plays
  where ended_at between $from::timestamp - interval 15 hour and $until::timestamp + interval 15 hour
    and local_time(account_id, ended_at) >= $from::timestamp and local_time(account_id, ended_at) < $until::timestamp
    and ($account::varchar is null or account_id = $account)
    and ($play::varchar is null or play_id = $play)
  order by ended_at, play_id
  limit $limit::bigint
)
select
  e.play_id, e.account_id, e.origin, e.verdict, e.reason, f.file_name, e._raw_key as raw_key, e._raw_line as raw_line, e._raw_item as raw_item, e.ended_from,
  strftime(local_time(e.account_id, e.ended_from), '%Y-%m-%d %H:%M:%S') as local_time, coalesce(e.track_name, e.show_name) as title, coalesce(e.artist_name, e.show_name) as artist, e.copy_count
from stored.play_evidence as e
left join stored.export_files as f on f.account_id = e.account_id and f.file_sha256 = e.file_sha256
where ($account::varchar is null or e.account_id = $account)
  and (
    e.play_id in (select play_id from shown)
    or (
      e.play_id is null and $play::varchar is null and local_time(e.account_id, e.ended_from) >= $from::timestamp and local_time(e.account_id, e.ended_from) < $until::timestamp
    )
  )
order by case when e.play_id is null then e.ended_from end, e.verdict <> 'kept',
  list_position(['extended_history', 'account_history', 'recently_played'], e.origin), e.ended_from, raw_key, raw_line, raw_item
