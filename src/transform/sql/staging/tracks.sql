-- One sighting of one track: as an answer's own object, or inside an album.
with sighting as (
  select
    o.id as track_id, o.uri as uri, o.name as name, o.duration_ms as duration_ms, o.explicit as is_explicit, o.disc_number as disc_number,
    o.track_number as track_number, o.album.id as album_id, upper(nullif(o.external_ids.isrc, '')) as isrc, o.linked_from.id as linked_from_id,
    o.popularity as popularity, ids(o.artists) as artist_ids,
    o.album is not null as has_album, o.external_ids is not null as has_ids, case when o.album is null then 1 else 2 end as shape,
    source, observed_at, raw_id, line, item
  from seen_track
  where o.id is not null and o.type is distinct from 'episode' and not coalesce(o.is_local, false)
  union all
  select
    t.id, t.uri, t.name, t.duration_ms, t.explicit, t.disc_number, t.track_number, album_id, null, null, null, ids(t.artists), true, false, 1,
    source, observed_at, raw_id, line, item
  from (select o.id as album_id, unnest(o.tracks."items") as t, source, observed_at, raw_id, line, item from seen_album)
  where t.id is not null
)
select
  track_id, uri, name, duration_ms, is_explicit, disc_number, track_number, album_id, isrc, linked_from_id, popularity, source,
  artist_ids as _artist_ids,
  observed_at as _core_at, shape::tinyint as _core_shape,
  seen_when(has_album, observed_at) as _album_at, shape::tinyint as _album_shape,
  seen_when(has_ids, observed_at) as _ids_at, shape::tinyint as _ids_shape,
  seen_when(linked_from_id is not null, observed_at) as _link_at, shape::tinyint as _link_shape,
  seen_when(popularity is not null, observed_at) as _counts_at, shape::tinyint as _counts_shape,
  observed_at as _observed_at, raw_id, line, item
from sighting
