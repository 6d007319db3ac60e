-- An item has left a list before it stays there again.
with stay as (
  select 'playlist_items' as table_name, playlist_id as list_id, item_uri, added_at, added_by, copy, seen_from, removed_at from checked.playlist_items
  union all
  select case when _is_exported then 'saved_items of exports' else 'saved_items' end, account_id, item_uri, added_at, null, null, seen_from, removed_at from checked.saved_items
  union all
  select 'followed_artists', account_id, artist_id, null, null, null, seen_from, removed_at from checked.followed_artists
), followed as (
  select *, count(*) over following as later, lead(seen_from) over following as next_from
  from stay
  window following as (
    partition by table_name, list_id, item_uri, added_at, added_by, copy
    order by seen_from nulls first rows between 1 following and 1 following
  )
)
select table_name, list_id, item_uri, seen_from, removed_at, next_from
from followed
where later > 0 and (removed_at is null or removed_at > next_from)
