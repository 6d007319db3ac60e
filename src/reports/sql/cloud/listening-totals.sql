-- one row, of everything that counts in the period; none where nothing does
with heard as (select * from ({{counted_plays}}) where {{of_content}} and {{in_period}}),
distinct_artists as (select count(distinct artist_key) as artist_count from ({{artist_plays}}) where is_counted and {{of_content}} and {{in_period}}),
distinct_albums as (select count(distinct album_key) as album_count from ({{album_plays}}) where is_counted and {{of_content}} and {{in_period}}),
totals as (
  select
    count(is_counted) as play_count,
    count(*) - count(is_counted) as undecided_count,
    (sum(ms_played) filter (where is_counted))::bigint as ms_played,
    count(distinct coalesce(track_uri, concat_ws(chr(31), lower(artist_name), lower(track_name))))
      filter (where is_counted and is_music and track_name is not null) as track_count,
    count(distinct local_at::date) filter (where is_counted) as day_count,
    count(*) as heard_count
  from heard
)
select play_count, undecided_count, ms_played, track_count, artist_count, album_count, day_count
from totals
cross join distinct_artists
cross join distinct_albums
where heard_count > 0
