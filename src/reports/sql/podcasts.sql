-- one podcast or one episode, most plays first; a bare name that one known podcast has is that podcast
with counted as ({{counted_plays}}),
known as (
  select lower(name) as name_key, min(show_id) as show_id
  from shows
  where name is not null
  group by 1
  having count(*) = 1
),
heard as (
  select
    counted.*,
    coalesce(if(has_new_show, null, episodes.show_id), known.show_id) as show_id,
    coalesce(shows.name, counted.show_name) as podcast,
    coalesce(episodes.name, counted.track_name) as episode,
    case when counted.track_uri like 'spotify:episode:%' then substr(counted.track_uri, 17) end as episode_id,
    coalesce(if(has_new_show, null, episodes.show_id), known.show_id, lower(counted.show_name)) as show_key,
    coalesce(counted.track_uri, concat_ws(chr(31), lower(counted.show_name), lower(counted.track_name))) as episode_key
  from counted
  left join episodes on episodes.episode_id = substr(counted.track_uri, 17)
  left join known on known.name_key = lower(counted.show_name)
  left join shows on shows.show_id = coalesce(if(has_new_show, null, episodes.show_id), known.show_id)
  where counted.kind = 'episode' and {{in_period}}
)
select
  row_number() over (
    order by count(is_counted) desc, count(*) desc, sum(ms_played) filter (where is_counted) desc nulls last, min(podcast), min(episode), min(episode_key)
  ) as rank,
  arg_max(podcast, ended_at) as show_name,
  case when $by = 'episode' then arg_max(episode, ended_at) end as episode_name,
  count(is_counted) as play_count,
  count(*) - count(is_counted) as undecided_count,
  count(distinct episode_key) filter (where is_counted) as episode_count,
  (sum(ms_played) filter (where is_counted))::bigint as ms_played,
  max(ended_at) as last_played_at,
  'https://open.spotify.com/' || case when $by = 'episode' then 'episode/' || min(episode_id) else 'show/' || min(show_id) end as url
from heard
group by case when $by = 'show' then show_key end, case when $by = 'episode' or show_key is null then episode_key end
order by rank
limit $limit
