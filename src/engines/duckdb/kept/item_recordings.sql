-- one item that was played whose recording is known
create or replace table kept.item_recordings as
select item, coalesce(tracks.recording_id, named.recording_id) as recording_id
from kept.items
left join kept.played_tracks as tracks using (track_id)
left join kept.named_recordings as named on named.artist_key = lower(items.artist_name) and named.title_key = lower(items.track_name)
where coalesce(tracks.recording_id, named.recording_id) is not null
