-- one playlist owned by the account, or by any of them; those of exports are of the account in their id; while no user id of theirs is known, every playlist
with users as (
  select user_id from accounts where user_id is not null and ($account is null or account_id = $account)
)
select playlist_id
from (select distinct playlist_id from playlist_items)
left join playlists using (playlist_id)
where owner_id in (select user_id from users) or (select count(*) from users) = 0
  or starts_with(playlist_id, 'export:' || coalesce($account || ':', ''))
