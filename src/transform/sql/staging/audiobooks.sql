-- One sighting of one audiobook.
select
  o.id as audiobook_id, o.uri as uri, o.name as name, to_json(list_transform(o.authors, lambda person: person.name))::varchar as authors,
  to_json(list_transform(o.narrators, lambda person: person.name))::varchar as narrators, o.explicit as is_explicit,
  image_url(o.images) as image_url, o.publisher as publisher, o.total_chapters as total_chapters, source,
  observed_at as _core_at, 1::tinyint as _core_shape,
  seen_when(o.images is not null, observed_at) as _image_at, 1::tinyint as _image_shape,
  seen_when(o.publisher is not null, observed_at) as _publisher_at, 1::tinyint as _publisher_shape,
  seen_when(o.total_chapters is not null, observed_at) as _size_at, 1::tinyint as _size_shape,
  observed_at as _observed_at, raw_id, line, item
from seen_audiobook
where o.id is not null
