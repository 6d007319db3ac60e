-- one play that no rule leaves out, with the number of its item in the place of names
create or replace table kept.heard as
select item, ended_at, ms_played, reason_end = 'trackdone' as is_done
from (select plays.* from plays anti join hidden_plays on hidden_plays.play_id = plays.play_id) as plays
join kept.named_items as named
  on named.account_id = plays.account_id and named.kind = plays.kind and named.track_id is not distinct from plays.track_id
  and named.track_uri is not distinct from plays.track_uri and named.track_name is not distinct from plays.track_name
  and named.artist_name is not distinct from plays.artist_name and named.album_name is not distinct from plays.album_name
  and named.show_name is not distinct from plays.show_name;
create or replace table kept.file_plays as select * from shown_plays limit 0;
create or replace table kept.file_lengths as select ''::varchar as uri, 0::bigint as duration_ms where false;
create or replace macro kept.has_heard() as true
