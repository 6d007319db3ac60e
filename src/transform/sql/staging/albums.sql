-- One sighting of one album: as an answer's own object, or inside a track.
with sighting as (
  select o.id as album_id, o as album, o.external_ids as external_ids, o.label as label, o.popularity as popularity,
    case when o.tracks is not null or o.external_ids is not null or o.label is not null then 2 else 1 end as shape,
    source, observed_at, raw_id, line, item
  from seen_album
  where o.id is not null
), inside as (
  select o.album.id as album_id, o.album as album, source, observed_at, raw_id, line, item
  from seen_track
  where o.album.id is not null and not coalesce(o.is_local, false)
), one_row as (
  select album_id, album.uri as uri, album.name as name, album.album_type as album_type, album.images as images,
    album.total_tracks as total_tracks, album.release_date as release_date, album.release_date_precision as release_date_precision,
    album.artists as artists, external_ids, label, popularity, shape, source, observed_at, raw_id, line, item
  from sighting
  union all
  select album_id, album.uri, album.name, album.album_type, album.images, album.total_tracks, album.release_date,
    album.release_date_precision, album.artists, null, null, null, 1, source, observed_at, raw_id, line, item
  from inside
)
select
  album_id, uri, name, lower(album_type) as album_type, image_url(images) as image_url, total_tracks, release_date, release_date_precision,
  released_on(release_date) as released_on, nullif(external_ids.upc, '') as upc, label, popularity, source,
  ids(artists) as _artist_ids,
  observed_at as _core_at, shape::tinyint as _core_shape,
  seen_when(images is not null, observed_at) as _image_at, shape::tinyint as _image_shape,
  seen_when(total_tracks is not null, observed_at) as _size_at, shape::tinyint as _size_shape,
  seen_when(release_date is not null or release_date_precision is not null, observed_at) as _release_at, shape::tinyint as _release_shape,
  seen_when(external_ids is not null, observed_at) as _ids_at, shape::tinyint as _ids_shape,
  seen_when(label is not null, observed_at) as _label_at, shape::tinyint as _label_shape,
  seen_when(popularity is not null, observed_at) as _counts_at, shape::tinyint as _counts_shape,
  observed_at as _observed_at, raw_id, line, item
from one_row
