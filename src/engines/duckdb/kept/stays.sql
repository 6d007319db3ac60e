-- one stay of one item in one playlist, as numbers of items are counted by
create or replace $relation kept.stays as select playlist_id, member_from, removed_at, last_seen_at from playlist_stays()
