-- One record of one list of a privacy export; a playlist that is null is a record itself.
select raw_id, 1::bigint as line, list, item, stream, account, source, look_at, member is null as is_null, list_kind, list_id,
  member.item_uri as item_uri, member.added_at as added_at
from (
  select * exclude (item, elements), unnest(elements) as member, generate_subscripts(elements, 1) - 1 as item
  from told_list
  where list_id is not null
)
union all by name
select raw_id, 1::bigint as line, 'playlists' as list, item, stream, account, source, look_at, true as is_null, list_kind
from told_list
where list_id is null
