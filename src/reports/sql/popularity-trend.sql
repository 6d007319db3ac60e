-- one day on which Spotify said how popular a thing is
with named as (
  select 'track' as kind, track_id as id, name from tracks
  union all
  select 'album', album_id, name from albums
  union all
  select 'artist', artist_id, name from artists
  union all
  select 'playlist', playlist_id, name from playlists
)
select
  kind,
  id,
  name,
  observed_on,
  popularity.popularity,
  popularity.followers,
  'https://open.spotify.com/' || kind || '/' || id as url
from popularity
left join named using (kind, id)
where kind = $kind
  and observed_on is not null
  and coalesce(popularity.popularity, popularity.followers) is not null
  and ($item is null or id = $item or lower(name) = lower($item))
  and ($from is null or observed_on >= $from::date)
  and ($to is null or observed_on <= $to::date)
order by name nulls last, id, observed_on
limit $limit
