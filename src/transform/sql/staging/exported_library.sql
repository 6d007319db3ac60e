-- One section of one library of a privacy export: all that was saved, or followed, when it was made. It says nothing of when it was saved.
with section as (
  select raw_id, stream, account, source, look_at, unnest([
    {'list': 'tracks', 'list_kind': 'exported_saved_tracks', 'saved': body.tracks},
    {'list': 'albums', 'list_kind': 'exported_saved_albums', 'saved': body.albums},
    {'list': 'shows', 'list_kind': 'exported_saved_shows', 'saved': body.shows},
    {'list': 'episodes', 'list_kind': 'exported_saved_episodes', 'saved': body.episodes},
    -- Nobody dates whom one follows, so this is a look like those of the Web API.
    {'list': 'artists', 'list_kind': 'followed_artists', 'saved': body.artists}
  ]) as part
  from list_file
)
select raw_id, part.list as list, null::bigint as item, stream, account, source, look_at, part.list_kind as list_kind, account as list_id,
  list_transform(part.saved, lambda one: case when one is not null then {'item_uri': one.uri, 'added_at': null::timestamp} end) as elements
from section
where part.saved is not null
