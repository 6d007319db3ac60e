-- one name that one known artist has
create or replace table kept.known_artists as
select lower(name) as name_key, min(artist_id) as artist_id, min(name) as name
from artists
where name is not null
group by name_key
having count(*) = 1
