-- One element of one look at a list, each place of a look once.
with element as (
  select 'playlist' as list_kind, regexp_extract(path, '/playlists/([^/?]+)', 1) as list_id, null::varchar as account_id, look_at,
    coalesce(o.uri, 'spotify:' || coalesce(o.type, 'track') || ':' || o.id, 'unavailable') as item_uri,
    -- From the URI alone: what stands beside it differs between answers about one item, and a stay must not be cut by it.
    case when item_uri = 'unavailable' then 'unavailable' else split_part(item_uri, ':', 2) end as item_kind,
    case when item_kind in ('track', 'episode') then split_part(item_uri, ':', 3) end as item_id, added_at, nullif(added_by, '') as added_by, page_offset, walk_seq, source, raw_id, line, item
  from seen_track
  where stream in ('playlist_items', 'playlists') and not is_null
  union all
  select stream, account, account, look_at, o.uri, case stream when 'saved_tracks' then 'track' else 'episode' end, uri_id(o.uri), added_at, null,
    page_offset, walk_seq, source, raw_id, line, item
  from seen_track
  where stream in ('saved_tracks', 'saved_episodes') and not is_null
  union all
  select stream, account, account, look_at, o.uri, 'album', uri_id(o.uri), added_at, null, page_offset, walk_seq, source, raw_id, line, item
  from seen_album
  where stream = 'saved_albums' and not is_null
  union all
  select stream, account, account, look_at, o.uri, 'show', uri_id(o.uri), added_at, null, page_offset, walk_seq, source, raw_id, line, item
  from seen_show
  where stream = 'saved_shows' and not is_null
  union all
  select stream, account, account, look_at, o.uri, 'audiobook', uri_id(o.uri), added_at, null, page_offset, walk_seq, source, raw_id, line, item
  from seen_audiobook
  where stream = 'saved_audiobooks' and not is_null
  union all
  select stream, account, account, look_at, o.uri, 'artist', uri_id(o.uri), null, null, page_offset, walk_seq, source, raw_id, line, item
  from seen_artist
  where stream = 'followed_artists' and not is_null
  union all
  select list_kind, list_id, case when list_kind <> 'playlist' then account end, look_at, item_uri,
    case
      when item_uri = 'unavailable' then 'unavailable'
      when list_kind like 'exported%' then regexp_extract(list_kind, 'saved_(.*)s$', 1)
      else split_part(item_uri, ':', 2)
    end as kind,
    case when list_kind <> 'playlist' or kind in ('track', 'episode') then uri_id(item_uri) end, added_at, null, 0, null, source, raw_id, line, item
  from seen_exported
  where not is_null
), placed as (
  -- Cursor lists say no offset: their places follow from the order of the answers.
  select *, case when walk_seq is null then line end as loose_line,
    case
      when page_offset is not null then page_offset + item
      else row_number() over (partition by raw_id, list_kind, list_id, look_at, case when walk_seq is null then line end order by walk_seq, line, item) - 1
    end as position
  from element
  where list_id <> '' and item_uri is not null
), once as (
  select *
  from placed
  qualify row_number() over (partition by raw_id, list_kind, list_id, look_at, loose_line, position order by line, item) = 1
)
select
  list_kind, list_id, account_id, look_at, item_uri, item_kind, item_id, added_at, added_by,
  case
    when list_kind = 'playlist'
      then row_number() over (partition by raw_id, list_kind, list_id, look_at, loose_line, item_uri, added_at, added_by order by position)
    else 1
  end as copy,
  position, source, raw_id, line, item
from once
