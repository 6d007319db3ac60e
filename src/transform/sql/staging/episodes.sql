-- One sighting of one podcast episode.
select
  o.id as episode_id, o.uri as uri, o.name as name, o.description as description, o.duration_ms as duration_ms, o.explicit as is_explicit,
  o.release_date as release_date, o.release_date_precision as release_date_precision, released_on(o.release_date) as released_on,
  image_url(o.images) as image_url, o.show.id as show_id, source,
  observed_at as _core_at, (case when o.show is null then 1 else 2 end)::tinyint as _core_shape,
  seen_when(o.images is not null, observed_at) as _image_at, 1::tinyint as _image_shape,
  seen_when(o.show.id is not null, observed_at) as _show_at, 1::tinyint as _show_shape,
  observed_at as _observed_at, raw_id, line, item
from seen_track
where o.id is not null and o.type = 'episode'
