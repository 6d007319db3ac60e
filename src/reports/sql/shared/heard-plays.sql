-- one play that counts, or of which the rule cannot tell, of the plays that are kept; none where they are not, or cannot tell
select
  item, account_id, kind, is_music, track_id, track_uri, track_name, artist_name, album_name, show_name, has_new_artist, has_new_album, has_new_show,
  ended_at, local_at, ms_played, is_counted
from (
  select
    items.*, ended_at, ms_played, local_time(account_id, ended_at, $time_zone) as local_at,
    case coalesce($counting, '30s') when 'any' then true when 'completed' then is_done else ms_played is null or ms_played >= 30000 end as is_counted
  from kept.heard
  join kept.items as items using (item)
  where {{plays_are_heard}} and ($account is null or account_id = $account)
)
where is_counted is not false
