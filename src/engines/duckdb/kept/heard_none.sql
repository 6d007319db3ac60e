-- of more plays than are kept: none, and where else they are
create or replace table kept.heard as select 0 as item, null::timestamp as ended_at, 0::bigint as ms_played, false as is_done where false;
create or replace view kept.file_plays as select * from shown_plays;
create or replace view kept.file_lengths as
select 'spotify:track:' || track_id as uri, duration_ms from tracks
union all
select 'spotify:episode:' || episode_id, duration_ms from episodes;
create or replace macro kept.has_heard() as false
