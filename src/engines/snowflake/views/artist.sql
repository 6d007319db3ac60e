-- one artist, in the words of the classic course
select artist_id, name as artist_name, 'https://open.spotify.com/artist/' || artist_id as external_url
from {{shown}}.artists
