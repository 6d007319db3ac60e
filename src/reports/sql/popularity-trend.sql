-- one day on which Spotify said how popular a thing is
select
  popularity.kind,
  popularity.id,
  coalesce(tracks.name, albums.name, artists.name, playlists.name) as name,
  observed_on,
  popularity.popularity,
  popularity.followers,
  'https://open.spotify.com/' || popularity.kind || '/' || popularity.id as url
from popularity
left join tracks on popularity.kind = 'track' and tracks.track_id = popularity.id
left join albums on popularity.kind = 'album' and albums.album_id = popularity.id
left join artists on popularity.kind = 'artist' and artists.artist_id = popularity.id
left join playlists on popularity.kind = 'playlist' and playlists.playlist_id = popularity.id
where popularity.kind = $kind
  and observed_on is not null
  and coalesce(popularity.popularity, popularity.followers) is not null
  and ($item is null or popularity.id = $item or lower(coalesce(tracks.name, albums.name, artists.name, playlists.name)) = lower($item))
  and ($from is null or observed_on >= $from::date)
  and ($to is null or observed_on <= $to::date)
order by name nulls last, popularity.id, observed_on
limit $limit
