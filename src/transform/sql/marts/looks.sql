-- One list at one time it was looked at: what is known of it so far, joined with the new pages and version readings.
-- Complete: the pages cover offsets 0 to total - 1 without a hole and agree on the total, and nothing changed meanwhile: for a playlist the
-- snapshot_id read before the first and after the last page, for a library the first page asked again at the end. A cursor list is complete
-- when its walk reached the end. A page by itself is complete when there is none before or after it.
with page_known as (
  select list_kind, list_id, account_id, look_at, page from waiting_page
  union
  select list_kind, list_id, account_id, or_undated(observed_at), unnest(_pages) from old_look
), version_known as (
  select list_kind, list_id, look_at, {'seq': seq, 'snapshot_id': snapshot_id} as version from waiting_version
  union
  select list_kind, list_id, or_undated(observed_at), unnest(_versions) from old_look
), covered as (
  select *,
    lag(page_end, 1, 0) over (partition by list_kind, list_id, account_id, look_at order by page_start, page_end) as covered_before
  from (
    select *,
      page.page_offset as page_start,
      max(page.page_offset + page.page_count) over (
        partition by list_kind, list_id, account_id, look_at order by page.page_offset, page.page_offset + page.page_count
        rows between unbounded preceding and current row
      ) as page_end
    from page_known
  )
), gathered as (
  select
    list_kind, list_id, account_id, look_at,
    list_sort(list(page)) as pages,
    count(*) as page_number,
    count(*) filter (where page.seq is null) as loose_pages,
    count(distinct page.total) as totals,
    count(distinct page.seq) as seq_number,
    max(page.total) as total,
    bool_or(page.is_first and page.is_last and page.page_count = page.total) as is_whole_page,
    bool_and(page.page_offset is null) as is_cursor,
    sum(page.page_count) as counted,
    bool_or(page.is_first) and bool_or(page.is_last) as has_both_ends,
    max(page.seq) - min(page.seq) + 1 as seqs,
    min(page.seq) as first_seq,
    max(page.seq) as last_seq,
    coalesce(bool_and(page_start <= covered_before), false) as is_without_hole,
    max(page_end) as covered_to,
    arg_min(page, page.seq) as first_page,
    arg_max(page, page.seq) as last_page,
    sum(page.item_count) as item_sum,
    bool_and(page.item_count = page.page_count and not page.is_cut) as is_all_known
  from covered
  group by list_kind, list_id, account_id, look_at
), versions as (
  select list_kind, list_id, look_at, list_sort(list(version)) as versions
  from version_known
  group by list_kind, list_id, look_at
), judged as (
  select
    g.* replace (coalesce(g.list_kind, v.list_kind) as list_kind, coalesce(g.list_id, v.list_id) as list_id, coalesce(g.look_at, v.look_at) as look_at),
    v.versions,
    list_distinct(list_transform(v.versions, lambda version: version.snapshot_id)) as snapshots,
    case
      when g.list_kind = 'playlist'
        then coalesce(list_min(list_transform(v.versions, lambda version: version.seq)) < g.first_seq
          and list_max(list_transform(v.versions, lambda version: version.seq)) > g.last_seq
          and len(list_distinct(list_transform(v.versions, lambda version: version.snapshot_id))) = 1, false)
      -- The last answer of a walk over a library is its first page again.
      else coalesce(g.last_page.seq > g.first_page.seq and g.last_page.page_offset = 0
        and g.last_page.newest_added_at is not distinct from g.first_page.newest_added_at, false)
    end as is_unchanged
  from gathered as g
  -- A version read in a walk whose pages have not arrived yet waits here, as a look that shows nothing.
  full join versions as v on v.list_kind = g.list_kind and v.list_id = g.list_id and v.look_at = g.look_at
)
select
  list_kind, list_id, account_id, if_dated(look_at) as observed_at,
  -- An element that was set aside, or says nothing, might be anything: such a look proves no absence. Spotify's own playlists are null by design.
  (list_kind = 'my_playlists' or coalesce(is_all_known, false)) and coalesce(is_whole_page or (
    loose_pages = 0 and totals = 1 and seq_number = page_number and (
      (is_cursor and has_both_ends and seqs = page_number and counted = total)
      or (not is_cursor and is_without_hole and covered_to = total and is_unchanged)
    )
  ), false) as is_complete,
  case when len(snapshots) = 1 then snapshots[1] end as snapshot_id,
  coalesce(case when is_cursor or covered_to is null then item_sum else least(item_sum, covered_to) end, 0)::bigint as item_count,
  coalesce(pages, []) as _pages, coalesce(versions, []) as _versions, look_at
from judged
