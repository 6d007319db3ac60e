-- One record of one raw object with its bucket; records set aside by the contract are counted apart.
with record as (
  select raw_id, line, list, item, stream, is_null, look_at, walk_seq, path, time_range,
    case
      when stream = 'recently_played' then null
      when stream in ('playlist_items', 'playlists') then (coalesce(page_offset, 0) + item)::varchar
      else coalesce(o.uri, o.id)
    end as same_key
  from seen_track
  where is_record
  union all
  select raw_id, line, list, item, stream, is_null, look_at, walk_seq, path, time_range, coalesce(o.uri, o.id) from seen_album where is_record
  union all
  select raw_id, line, list, item, stream, is_null, look_at, walk_seq, path, time_range, coalesce(o.uri, o.id) from seen_artist where is_record
  union all
  select raw_id, line, list, item, stream, is_null, look_at, walk_seq, path, time_range, coalesce(o.uri, o.id) from seen_show where is_record
  union all
  select raw_id, line, list, item, stream, is_null, look_at, walk_seq, path, time_range, coalesce(o.uri, o.id) from seen_playlist where is_record
  union all
  select raw_id, line, list, item, stream, is_null, look_at, walk_seq, path, time_range, coalesce(o.uri, o.id) from seen_audiobook where is_record
  union all
  select raw_id, line, list, item, stream, is_null, look_at, walk_seq, path, time_range, null from seen_account where is_record
  union all
  select raw_id, line, list, item, stream, is_null, look_at, null, null, null, case when list_kind <> 'playlist' then item_uri end from seen_exported
), numbered as (
  select *,
    -- A list is looked at over a whole walk; everything else within one answer.
    row_number() over (
      partition by raw_id, list, case when walk_seq is null or list = '' then line end, look_at, time_range, regexp_extract(path, '/playlists/([^/?]+)', 1), same_key
      order by line, item
    ) as occurrence
  from record
)
select raw_id, line, list, item, stream,
  case
    when is_null then 'filtered'
    when same_key is not null and occurrence > 1 then 'duplicate'
    else 'kept'
  end as verdict
from numbered
