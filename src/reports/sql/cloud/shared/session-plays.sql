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
{{session_sums}}
