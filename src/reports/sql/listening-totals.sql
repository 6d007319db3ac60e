-- one row, of everything that counts in the period; none where nothing does
with heard as (select * from ({{hour_plays}}) where {{of_content}} and {{in_period}}),
counted as (select * from ({{item_plays}}) where is_music and {{of_content}}),
distinct_tracks as (
  select count(distinct coalesce(track_uri, concat_ws(chr(31), lower(artist_name), lower(track_name)))) as track_count
  from counted
  where play_count > 0 and track_name is not null
),
distinct_artists as (select count(distinct artist_key) as artist_count from ({{artist_plays}}) where play_count > 0),
distinct_albums as (select count(distinct album_key) as album_count from ({{album_plays}}) where play_count > 0)
select
  (select sum(play_count)::bigint from heard) as play_count,
  (select sum(undecided_count)::bigint from heard) as undecided_count,
  (select sum(ms_played)::bigint from heard) as ms_played,
  track_count,
  artist_count,
  album_count,
  (select count(distinct local_at::date) from heard where play_count > 0) as day_count
from distinct_tracks
cross join distinct_artists
cross join distinct_albums
where exists (select 1 from heard)
