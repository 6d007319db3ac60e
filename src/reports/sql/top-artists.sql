-- one artist, by plays that count: 30 seconds or more, or polled; a name that one known artist has is that artist
with known as (
  select lower(name) as name_key, min(artist_id) as artist_id, min(name) as name
  from artists
  where name is not null
  group by name_key
  having count(*) = 1
),
counted as (
  select
    plays.*,
    coalesce(track_artists.artist_id, known.artist_id) as artist_id,
    coalesce(artists.name, known.name, plays.artist_name) as shown_name
  from plays
  left join track_artists on track_artists.track_id = plays.track_id and track_artists.position = 0
  left join artists on artists.artist_id = track_artists.artist_id
  left join known on known.name_key = lower(plays.artist_name)
  where plays.kind not in ('episode', 'audiobook_chapter')
    and (plays.ms_played is null or plays.ms_played >= 30000)
    and ($account is null or plays.account_id = $account)
    and ($from is null or plays.ended_at >= ($from::timestamp at time zone $time_zone) at time zone 'UTC')
    and ($to is null or plays.ended_at < (($to::date + interval 1 day) at time zone $time_zone) at time zone 'UTC')
)
select
  row_number() over (order by count(*) desc, sum(ms_played) desc nulls last, min(shown_name)) as rank,
  arg_max(shown_name, ended_at) as artist_name,
  count(*) as play_count,
  count(distinct coalesce(track_uri, lower(track_name))) as track_count,
  sum(ms_played)::bigint as ms_played,
  max(ended_at) as last_played_at,
  'https://open.spotify.com/artist/' || min(artist_id) as url
from counted
where shown_name is not null
group by coalesce(artist_id, lower(shown_name))
order by rank
limit $limit
