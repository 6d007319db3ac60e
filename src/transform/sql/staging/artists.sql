-- One sighting of one artist: as an answer's own object, or named by a track or an album.
with named as (
  select distinct person, source, observed_at, raw_id, line, item
  from (
    select unnest(o.artists) as person, source, observed_at, raw_id, line, item from seen_track
    union all
    select unnest(o.album.artists), source, observed_at, raw_id, line, item from seen_track
    union all
    select unnest(o.artists), source, observed_at, raw_id, line, item from seen_album
    union all
    select unnest(t.artists), source, observed_at, raw_id, line, item
    from (select unnest(o.tracks."items") as t, source, observed_at, raw_id, line, item from seen_album)
  )
  where person.id is not null
), one_row as (
  select o.id as artist_id, o.uri as uri, o.name as name, o.images as images, o.genres as genres, o.popularity as popularity,
    o.followers.total as followers, case when o.images is not null then 2 else 1 end as shape, source, observed_at, raw_id, line, item
  from seen_artist
  where o.id is not null
  union all
  select person.id, person.uri, person.name, null, null, null, null, 1, source, observed_at, raw_id, line, item
  from named
)
select
  artist_id, uri, name, image_url(images) as image_url, to_json(genres)::varchar as genres, popularity, followers, source,
  observed_at as _core_at, shape::tinyint as _core_shape,
  seen_when(images is not null, observed_at) as _image_at, shape::tinyint as _image_shape,
  seen_when(genres is not null, observed_at) as _genres_at, shape::tinyint as _genres_shape,
  seen_when(popularity is not null, observed_at) as _popularity_at, shape::tinyint as _popularity_shape,
  seen_when(followers is not null, observed_at) as _followers_at, shape::tinyint as _followers_shape,
  observed_at as _observed_at, raw_id, line, item
from one_row
