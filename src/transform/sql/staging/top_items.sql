-- One sighting of one rank among an account's most played.
select
  account as account_id, coalesce(time_range, 'medium_term') as time_range, kind, if_dated(observed_at)::date as observed_on,
  coalesce(page_offset, 0) + item + 1 as rank, id, source, observed_at as _observed_at, raw_id, line, item
from (
  select account, time_range, 'track' as kind, observed_at, page_offset, item, o.id as id, source, raw_id, line from seen_track where stream = 'top_tracks'
  union all
  select account, time_range, 'artist', observed_at, page_offset, item, o.id, source, raw_id, line from seen_artist where stream = 'top_artists'
)
where id is not null
