-- One polled record about one play, with every normalised column of the evidence.
select
  account as account_id, 'recently_played' as origin, utc(played_at) as ended_from, utc(played_at) as ended_until, null::bigint as ms_played,
  case
    when o.uri like 'spotify:local:%' or coalesce(o.is_local, false) then 'local'
    when o.uri like 'spotify:episode:%' then 'episode'
    when o.uri like 'spotify:track:%' then 'track'
    else 'unknown'
  end as kind,
  case when o.uri like 'spotify:track:%' then o.id end as track_id, o.uri as track_uri, o.name as track_name, o.artists[1].name as artist_name,
  o.album.name as album_name, o.show.name as show_name, text_key(o.name) as title_key,
  to_json(list_sort(list_distinct(list_filter(list_transform(list_concat(o.artists, o.album.artists), lambda person: text_key(person.name)), lambda key: key is not null))))::varchar as artist_keys,
  null::timestamp as offline_stamp, context_uri, null::varchar as platform, null::varchar as country, null::varchar as reason_start,
  null::varchar as reason_end, null::boolean as is_shuffle, null::boolean as is_skipped, null::boolean as is_offline,
  null::boolean as is_incognito, source, null::varchar as file_sha256,
  observed_at as _observed_at, raw_id, line, item
from seen_track
where stream = 'recently_played' and o is not null and played_at is not null
