-- one album, in the words of the classic course
select album_id, name, release_date, total_tracks, 'https://open.spotify.com/album/' || album_id as url
from {{shown}}.albums
