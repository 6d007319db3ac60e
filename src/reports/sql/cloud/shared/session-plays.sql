-- one session of all there are: plays of one account that count, or of which the rule cannot tell, with pauses under 30 minutes
with heard as (
  select
    counted.account_id, counted.play_id, counted.ended_at, counted.is_counted, counted.track_uri, counted.artist_name,
    coalesce(counted.track_name, counted.show_name) as title, if(counted.kind = 'local', null, counted.track_uri) as page_uri,
    -- Nobody tells when a polled play began: it is taken to have been played whole, and to have no length where that is not known.
    date_add('millisecond', -coalesce(counted.ms_played, lengths.duration_ms, 0), counted.ended_at) as started_at
  from ({{counted_plays}}) as counted
  left join (
    select 'spotify:track:' || track_id as uri, duration_ms from tracks
    union all
    select 'spotify:episode:' || episode_id, duration_ms from episodes
  ) as lengths on lengths.uri = if(counted.ms_played is null, counted.track_uri, null)
),
marked as (
  select
    *,
    coalesce(started_at >= max(ended_at) over (
      partition by account_id order by started_at, ended_at, play_id rows between unbounded preceding and 1 preceding
    ) + interval 30 minute, true) as is_first
  from heard
),
told as (
  select
    *,
    sum(if(is_first, 1, 0)) over (
      partition by account_id order by started_at, ended_at, play_id rows between unbounded preceding and current row
    ) as session
  from marked
),
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
