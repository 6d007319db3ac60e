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
