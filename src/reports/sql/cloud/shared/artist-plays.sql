-- one counted play of music with the first artist of its track; a bare name that one known artist has is that artist
select *
from (
  select
    counted.*,
    coalesce(track_artists.artist_id, known.artist_id) as artist_id,
    coalesce(artists.name, known.name, counted.artist_name) as shown_name,
    coalesce(track_artists.artist_id, known.artist_id, lower(counted.artist_name)) as artist_key
  from ({{counted_plays}}) as counted
  left join track_artists on track_artists.track_id = if(counted.has_new_artist, null, counted.track_id) and track_artists.position = 0
  left join artists on artists.artist_id = track_artists.artist_id
  left join (
    select lower(name) as name_key, min(artist_id) as artist_id, min(name) as name
    from artists
    where name is not null
    group by 1
    having count(*) = 1
  ) as known on known.name_key = lower(counted.artist_name)
)
where is_music and shown_name is not null
