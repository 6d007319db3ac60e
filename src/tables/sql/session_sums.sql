-- What a session came to, of `told`: its plays with the number of their session.
summed as (
  select
    account_id,
    session,
    min(started_at) as started_at,
    max(ended_at) as ended_at,
    count(is_counted) as play_count,
    count(*) - count(is_counted) as undecided_count,
    count(distinct coalesce(track_uri, concat_ws(chr(31), lower(artist_name), lower(title)))) filter (where is_counted) as track_count
  from told
  group by account_id, session
),
first_plays as (
  select told.account_id, told.session, min(told.title) as first_track_name, min(told.page_uri) as first_uri
  from told
  join summed on summed.account_id = told.account_id and summed.session = told.session and summed.started_at = told.started_at
  group by told.account_id, told.session
),
by_artist as (
  select account_id, session, artist_name, row_number() over (partition by account_id, session order by count(*) desc, artist_name) as place
  from told
  where is_counted and artist_name is not null
  group by account_id, session, artist_name
)
select
  summed.account_id, summed.started_at, summed.ended_at, summed.play_count, summed.undecided_count, summed.track_count,
  first_plays.first_track_name, first_plays.first_uri, by_artist.artist_name as top_artist_name
from summed
join first_plays on first_plays.account_id = summed.account_id and first_plays.session = summed.session
left join by_artist on by_artist.account_id = summed.account_id and by_artist.session = summed.session and by_artist.place = 1
