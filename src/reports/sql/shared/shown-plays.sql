-- one play of the accounts asked about that no rule leaves out, with the names that rules give it, as the clock on the wall shows its time
select
  *,
  local_time(account_id, ended_at, $time_zone) as local_at,
  kind not in ('episode', 'audiobook_chapter') as is_music
from shown_plays
where $account is null or account_id = $account
