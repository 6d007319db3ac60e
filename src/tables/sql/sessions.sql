-- Sessions: plays of one account that count, or of which the rule cannot tell, with pauses under 30 minutes.
with heard as (
  select
    row_number() over () as number, plays.account_id, plays.ended_at, plays.is_counted, plays.artist_name, plays.track_uri,
    coalesce(plays.track_name, plays.show_name) as title, if(plays.kind = 'local', null, plays.track_uri) as page_uri,
    -- Nobody tells when a polled play began: it is taken to have been played whole, and to have no length where that is not known.
    plays.ended_at - to_milliseconds(coalesce(plays.ms_played, lengths.duration_ms, 0)) as started_at
  from $plays as plays
  left join (
    select 'spotify:track:' || track_id as uri, duration_ms from tracks
    union all
    select 'spotify:episode:' || episode_id, duration_ms from episodes
  ) as lengths on lengths.uri = if(plays.ms_played is null, plays.track_uri, null)
),
-- Times alone are sorted.
marked as (
  select
    number, account_id, started_at, ended_at,
    coalesce(started_at >= interval 30 minute + max(ended_at) over (
      partition by account_id order by started_at, ended_at, number rows between unbounded preceding and 1 preceding
    ), true) as is_first
  from heard
),
placed as (
  select
    number,
    sum(if(is_first, 1, 0)) over (
      partition by account_id order by started_at, ended_at, number rows between unbounded preceding and current row
    )::integer as session
  from marked
),
told as (select heard.*, placed.session from heard join placed using (number)),
$sums