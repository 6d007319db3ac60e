-- One playlist of a privacy export; null elements stand for themselves. It has no id but its name, and its number among those of that name.
with playlist as (
  select raw_id, stream, account, source, look_at, unnest(body.playlists) as p, generate_subscripts(body.playlists, 1) - 1 as item
  from list_file
), numbered as (
  select *, row_number() over (partition by raw_id, p.name order by item) as namesake
  from playlist
)
select raw_id, 'playlists.' || item || '.items' as list, item, stream, account, source, look_at, 'playlist' as list_kind,
  case when p is not null then
    'export:' || account || ':' || md5(p.name)[:16] || case when namesake > 1 then '-' || namesake else '' end
  end as list_id,
  p.name as name, nullif(p.description, '') as description,
  list_transform(p."items", lambda one: case when one is not null then {
    'item_uri': coalesce(one.track.trackUri, one.episode.episodeUri, one.audiobook.audiobookUri, one.audiobook.uri, one.localTrack.uri, 'unavailable'),
    'added_at': nullif(try_cast(one.addedDate as timestamp), undated())
  } end) as elements
from numbered
