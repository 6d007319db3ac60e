-- One record of the account history about one play, with every normalised column of the evidence; null where it is out of the contract.
with dated as (
  select *,
    case when length(endTime) = 16 then in_range(try_strptime(endTime, '%Y-%m-%d %H:%M')) end as ended_from,
    coalesce(trackName, episodeName, audiobookName) as title
  from history
)
select
  'account_history' as origin, ended_from, ended_from + interval 60 second as ended_until, played(msPlayed) as ms_played,
  case
    when trackName is not null then 'track'
    when coalesce(episodeName, podcastName) is not null then 'episode'
    when audiobookName is not null then 'audiobook_chapter'
    else 'unknown'
  end as kind,
  null::varchar as track_id, null::varchar as track_uri, title as track_name,
  case when episodeName is null then coalesce(artistName, authorName) end as artist_name, null::varchar as album_name,
  coalesce(podcastName, audiobookName) as show_name, case when not is_placeholder(trackName, artistName) then text_key(title) end as title_key,
  artist_list(text_key(coalesce(artistName, podcastName, audiobookName))) as artist_keys,
  null::timestamp as offline_stamp, null::varchar as context_uri, null::varchar as platform, null::varchar as country, null::varchar as reason_start,
  null::varchar as reason_end, null::boolean as is_shuffle, null::boolean as is_skipped, null::boolean as is_offline,
  null::boolean as is_incognito, null::varchar as username, place, raw_id, account_id
from dated
