-- one item asked about (`album/<id>`, `artist/<id>` or `track/<id>`) whose picture is known
with sought as (
  select item, split_part(item, '/', 1) as kind, split_part(item, '/', 2) as id
  from (select unnest(from_json($items, '["VARCHAR"]')) as item)
),
found as (
  select item, image_url
  from sought
  join albums on album_id = id
  where kind = 'album'
  union all
  select item, image_url
  from sought
  join artists on artist_id = id
  where kind = 'artist'
  union all
  select item, albums.image_url
  from sought
  join tracks on track_id = id
  join albums using (album_id)
  where kind = 'track'
)
select item, image_url
from found
where image_url is not null
