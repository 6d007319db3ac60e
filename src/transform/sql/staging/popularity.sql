-- One sighting of how popular one thing was, where the answer says so.
select kind, id, if_dated(observed_at)::date as observed_on, popularity, followers, source, observed_at as _observed_at, raw_id, line, item
from (
  select 'track' as kind, o.id as id, o.popularity as popularity, null::bigint as followers, source, observed_at, raw_id, line, item from seen_track
  union all
  select 'album', o.id, o.popularity, null, source, observed_at, raw_id, line, item from seen_album
  union all
  select 'artist', o.id, o.popularity, o.followers.total, source, observed_at, raw_id, line, item from seen_artist
  union all
  select 'playlist', o.id, null, o.followers.total, source, observed_at, raw_id, line, item from seen_playlist
)
where id is not null and (popularity is not null or followers is not null)
