-- Nothing is removed from a list before it was seen there.
select 'playlist_items' as table_name, playlist_id as list_id, item_uri, seen_from, removed_at from checked.playlist_items where removed_at <= seen_from
union all
select 'saved_items', account_id, item_uri, seen_from, removed_at from checked.saved_items where removed_at <= seen_from
union all
select 'followed_artists', account_id, artist_id, seen_from, removed_at from checked.followed_artists where removed_at <= seen_from
