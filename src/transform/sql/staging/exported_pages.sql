-- One list of a privacy export as a look of one page: the whole of it.
select list_kind, list_id, case when list_kind <> 'playlist' then account end as account_id, look_at, {
    'seq': null::bigint, 'page_offset': case when list_kind <> 'followed_artists' then 0::bigint end, 'page_count': len(elements),
    'total': len(elements), 'is_first': true, 'is_last': true, 'newest_added_at': null::timestamp, 'is_cut': false,
    'item_count': len(list_filter(elements, lambda element: element.item_uri is not null))
  } as page, raw_id, 1::bigint as line
from told_list
where list_id is not null
