-- the same of all plays there are, whatever the period
select
  item, account_id, kind, is_music, track_id, track_uri, track_name, artist_name, album_name, show_name, has_new_artist, has_new_album, has_new_show,
  play_count, 0 as undecided_count, ms_played, first_at, last_at
from (
  {{item_sums}}
  group by item
)
join kept.items using (item)
where play_count > 0 and ($account is null or account_id = $account)
union all
select
  item, account_id, kind, is_music, track_id, track_uri, track_name, artist_name, album_name, show_name, has_new_artist, has_new_album, has_new_show,
  if(is_counted, 1, 0), if(is_counted is null, 1, 0), if(is_counted, ms_played, null), ended_at, ended_at
from ({{single_plays}})
where not {{items_are_summed}}
