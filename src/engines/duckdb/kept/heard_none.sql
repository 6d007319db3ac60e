-- of more plays than are kept: none
create or replace table kept.heard as select 0 as item, null::timestamp as ended_at, 0::bigint as ms_played, false as is_done where false;
create or replace macro kept.has_heard() as false
