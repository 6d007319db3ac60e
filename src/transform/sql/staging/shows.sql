-- One sighting of one podcast: as an answer's own object, or inside an episode.
with one_row as (
  select o as podcast, source, observed_at, raw_id, line, item from seen_show where o.id is not null
  union all
  select o.show, source, observed_at, raw_id, line, item from seen_track where o.show.id is not null
)
select
  podcast.id as show_id, podcast.uri as uri, podcast.name as name, podcast.media_type as media_type, podcast.explicit as is_explicit,
  podcast.description as description, image_url(podcast.images) as image_url, podcast.publisher as publisher,
  podcast.total_episodes as total_episodes, source,
  observed_at as _core_at, 1::tinyint as _core_shape,
  seen_when(podcast.images is not null, observed_at) as _image_at, 1::tinyint as _image_shape,
  seen_when(podcast.publisher is not null, observed_at) as _publisher_at, 1::tinyint as _publisher_shape,
  seen_when(podcast.total_episodes is not null, observed_at) as _size_at, 1::tinyint as _size_shape,
  observed_at as _observed_at, raw_id, line, item
from one_row
