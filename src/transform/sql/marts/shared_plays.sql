-- One play that several records may speak of: each column is the first value that they have, by source and then in content order. One that stands is taken as it is: some of its evidence may be in a partition that was not loaded.
with ordered as (
  select *, row_number() over (
    partition by play_id
    order by verdict = 'kept' desc, origin_rank(origin), ended_from, track_uri nulls last, offline_stamp nulls last, ended_until, ms_played nulls last, kind, track_id,
      track_name, artist_name, album_name, show_name, title_key, artist_keys, context_uri, platform, country, reason_start, reason_end, is_shuffle,
      is_skipped, is_offline, is_incognito, source, file_sha256, evidence_id
  ) as place
  from named_judged
  where is_ruled and play_id is not null
)
select
  play_id, account_id, arg_min(ended_from, place) as ended_from, arg_min(ms_played, place) as ms_played, arg_min(kind, place) as kind,
  arg_min(track_id, place) as track_id, arg_min(track_uri, place) as track_uri, arg_min(track_name, place) as track_name,
  arg_min(artist_name, place) as artist_name, arg_min(album_name, place) as album_name, arg_min(show_name, place) as show_name,
  arg_min(context_uri, place) as context_uri, arg_min(platform, place) as platform, arg_min(country, place) as country,
  arg_min(reason_start, place) as reason_start, arg_min(reason_end, place) as reason_end, arg_min(is_shuffle, place) as is_shuffle,
  arg_min(is_skipped, place) as is_skipped, arg_min(is_offline, place) as is_offline, arg_min(is_incognito, place) as is_incognito,
  min(origin_rank(origin)) as best_rank, arg_min(source, place) as source, count(*) as evidence_count, arg_min(_observed_at, place) as _observed_at,
  arg_min(_raw_key, place) as _raw_key, arg_min(_raw_line, place) as _raw_line, arg_min(_raw_item, place) as _raw_item
from ordered
group by play_id, account_id
union all by name
select p.* exclude (ended_at, started_at, confidence), p.ended_at as ended_from, case p.confidence when 'certain' then 1 else 3 end as best_rank
from $stored_plays as p
semi join (select play_id from judged where is_standing and verdict = 'kept') using (play_id)
where p.evidence_count > 1
