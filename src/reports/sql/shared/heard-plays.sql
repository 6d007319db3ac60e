-- one play that counts, or of which the rule cannot tell, of the plays that are kept; none where there are too many. The rules are those of judged_plays.
select
  item, account_id, kind, is_music, track_id, track_uri, track_name, artist_name, album_name, show_name, has_new_artist, has_new_album, has_new_show,
  ended_at, local_at, ms_played, is_counted
from (
  select
    items.*, ended_at, ms_played, local_time(account_id, ended_at, $time_zone) as local_at,
    case coalesce($counting, counting, '30s')
      when 'any' then true
      when '30s' then ms_played is null or ms_played >= 30000
      when 'completed' then is_done
      when 'half' then case
        when ms_played >= 240000 then true
        when ms_played is not null and duration_ms is not null then 2 * ms_played >= duration_ms
        when is_done then true
      end
    end as is_counted
  from kept.heard
  join kept.items as items using (item)
  where $account is null or account_id = $account
)
where is_counted is not false
