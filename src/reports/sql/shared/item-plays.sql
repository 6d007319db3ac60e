-- plays of the period that count, or of which the rule cannot tell, of one item as its names are shown: all that sums hold whole, and single plays at the edges
select
  item, account_id, kind, is_music, track_id, track_uri, track_name, artist_name, album_name, show_name, has_new_artist, has_new_album, has_new_show,
  play_count, 0 as undecided_count, ms_played, first_at, last_at
from (
  {{item_sums}}
  and ($from is null or from_at >= {{whole_from}}) and ($to is null or until_at <= {{whole_until}})
  group by item
)
join kept.items using (item)
where play_count > 0 and ($account is null or account_id = $account)
union all
select
  item, account_id, kind, is_music, track_id, track_uri, track_name, artist_name, album_name, show_name, has_new_artist, has_new_album, has_new_show,
  if(is_counted, 1, 0), if(is_counted is null, 1, 0), if(is_counted, ms_played, null), ended_at, ended_at
from ({{single_plays}})
where {{in_period}}
  and (not {{items_are_summed}} or ($from is not null and ended_at < {{whole_from}}) or ($to is not null and ended_at >= {{whole_until}}))
