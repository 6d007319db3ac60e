-- one recording with plays that count in the period; a play that only names artist and title is of the one recording that has these names
select
  recording_id,
  sum(play_count)::bigint as play_count,
  sum(undecided_count)::bigint as undecided_count,
  max(last_at) as last_played_at
from (
  select counted.*, coalesce(items.recording_id, tracks.recording_id, named.recording_id) as recording_id
  from ({{item_plays}}) as counted
  left join kept.item_recordings as items using (item)
  -- Single plays are of no item.
  left join kept.played_tracks as tracks on tracks.track_id = if(counted.item is null, counted.track_id, null)
  left join kept.named_recordings as named
    on named.artist_key = if(counted.item is null, lower(counted.artist_name), null) and named.title_key = lower(counted.track_name)
)
where is_music and recording_id is not null
group by recording_id
