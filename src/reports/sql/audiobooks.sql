-- one audiobook or one chapter, most listened to first; a bare title that one known audiobook has is that audiobook
with counted as ({{counted_plays}}),
known as (
  select lower(name) as name_key, min(audiobook_id) as audiobook_id
  from audiobooks
  where name is not null
  group by 1
  having count(*) = 1
),
heard as (
  select
    counted.*,
    known.audiobook_id,
    coalesce(known.audiobook_id, lower(counted.show_name)) as book_key,
    case when counted.track_uri like 'spotify:%' then split_part(counted.track_uri, ':', 3) end as chapter_id,
    coalesce(counted.track_uri, concat_ws(chr(31), lower(counted.show_name), lower(counted.track_name))) as chapter_key
  from counted
  left join known on known.name_key = lower(counted.show_name)
  where counted.kind = 'audiobook_chapter' and {{in_period}}
)
select
  row_number() over (
    order by sum(ms_played) filter (where is_counted) desc nulls last, count(is_counted) desc, min(show_name), min(track_name), min(chapter_key)
  ) as rank,
  arg_max(show_name, ended_at) as audiobook_name,
  case when $by = 'chapter' then arg_max(track_name, ended_at) end as chapter_name,
  count(is_counted) as play_count,
  count(*) - count(is_counted) as undecided_count,
  count(distinct chapter_key) filter (where is_counted) as chapter_count,
  (sum(ms_played) filter (where is_counted))::bigint as ms_played,
  max(ended_at) as last_played_at,
  'https://open.spotify.com/' || case when $by = 'chapter' then 'chapter/' || min(chapter_id) else 'show/' || min(audiobook_id) end as url
from heard
group by case when $by = 'audiobook' then book_key end, case when $by = 'chapter' or book_key is null then chapter_key end
order by rank
limit $limit
