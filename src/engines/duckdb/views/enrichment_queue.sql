-- one played or listed track that no answer has described in full: only a full track object names its album
with named as (
  select track_id, count(*) as play_count from stored.plays where track_id is not null group by track_id
  union all
  select track_id, 0 from stored.playlist_items where track_id is not null group by track_id
  union all
  select item_id, 0 from stored.saved_items where item_kind = 'track' and item_id is not null group by item_id
)
select track_id, sum(play_count)::bigint as play_count
from named
where track_id not in (select track_id from stored.tracks where _core_at is not null and _album_at is not null)
group by track_id
