-- one member of a playlist now, with its recording; named by its URI where none is known
create or replace $relation kept.members as
select
  playlist_id, track_id, item_kind, coalesce(added_at, seen_from) as added_at, recording_id,
  if(recording_id is null, item_uri, null) as item_uri
from stored.playlist_items
left join track_recordings using (track_id)
where removed_at is null
