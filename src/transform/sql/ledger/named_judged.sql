-- One row of evidence at hand with its verdict and the keys of its names.
select j.* replace (
    case when j.own_play_id is null then j.title_key else t.title_key end as title_key,
    case when j.own_play_id is null then j.artist_keys else coalesce(a.artist_keys, '[]') end as artist_keys
  )
from judged as j
left join name_key as t on t.name = j.title_source
left join name_key as a on a.name = j.artist_source
