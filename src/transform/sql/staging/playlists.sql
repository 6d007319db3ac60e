-- One sighting of one playlist.
select
  o.id as playlist_id, o.uri as uri, o.name as name, o.description as description, o.owner.id as owner_id,
  o.owner.display_name as owner_name, o.public as is_public, o.collaborative as is_collaborative, o.snapshot_id as snapshot_id,
  coalesce(o."items".total, o.tracks.total) as items_total, o.followers.total as followers, source,
  observed_at as _core_at, (case when o.followers is null then 1 else 2 end)::tinyint as _core_shape,
  seen_when(coalesce(o."items".total, o.tracks.total) is not null, observed_at) as _size_at, 1::tinyint as _size_shape,
  seen_when(o.followers.total is not null, observed_at) as _followers_at, 1::tinyint as _followers_shape,
  observed_at as _observed_at, raw_id, line, item
from seen_playlist
where o.id is not null
union all by name
-- A playlist of a privacy export: whose it is stands in its id.
select list_id as playlist_id, name, description, len(elements)::bigint as items_total, source,
  look_at as _core_at, 1::tinyint as _core_shape, look_at as _size_at, 1::tinyint as _size_shape, null::timestamp as _followers_at, 1::tinyint as _followers_shape,
  look_at as _observed_at, raw_id, 1::bigint as line, item
from exported_list
where list_kind = 'playlist' and list_id is not null
