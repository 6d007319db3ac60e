-- One record of the extended history about one play, with every normalised column of the evidence; null where it is out of the contract.
with dated as (
  select *,
    case when length(ts) = 20 then in_range(try_strptime(ts, '%Y-%m-%dT%H:%M:%SZ')) end as ended_from,
    played(ms_played) as listened,
    case when spotify_episode_uri is not null then spotify_episode_uri else coalesce(spotify_track_uri, audiobook_chapter_uri, audiobook_uri) end as uri,
    coalesce(master_metadata_track_name, episode_name, audiobook_chapter_title, audiobook_title) as title,
    -- The account history knows the book alone.
    coalesce(master_metadata_track_name, episode_name, audiobook_title, audiobook_chapter_title) as known_as,
    coalesce(master_metadata_album_artist_name, episode_show_name, audiobook_title) as known_by,
    in_range(stamp_of(offline_timestamp)) as stamp
  from history
)
select
  'extended_history' as origin, ended_from, ended_from + interval 1 second as ended_until, listened as ms_played,
  case
    when spotify_episode_uri is not null then 'episode'
    when spotify_track_uri is null and coalesce(audiobook_chapter_uri, audiobook_uri) is not null then 'audiobook_chapter'
    when is_video then 'video'
    when spotify_track_uri like 'spotify:local:%' then 'local'
    when spotify_track_uri is not null or master_metadata_track_name is not null then 'track'
    when coalesce(episode_name, episode_show_name) is not null then 'episode'
    when coalesce(audiobook_title, audiobook_chapter_title) is not null then 'audiobook_chapter'
    else 'unknown'
  end as kind,
  case when uri like 'spotify:track:%' then uri[15:] end as track_id, uri as track_uri, title as track_name,
  master_metadata_album_artist_name as artist_name, master_metadata_album_album_name as album_name,
  coalesce(episode_show_name, audiobook_title) as show_name,
  -- Nearly every record has a URI and names that thousands of others have: their keys are worked out once a name, see name_key.sql.
  case when uri is null then text_key(known_as) end as title_key, case when uri is null then artist_list(text_key(known_by)) end as artist_keys,
  case when uri is not null then known_as end as title_source, case when uri is not null then known_by end as artist_source,
  case when uri is not null then play_id_of(account_id, 'extended_history', ended_from, uri, null, null, listened, stamp, 1) end as own_play_id,
  stamp as offline_stamp, null::varchar as context_uri, platform, conn_country as country, reason_start, reason_end,
  shuffle as is_shuffle, skipped as is_skipped, offline as is_offline, incognito_mode as is_incognito, username, place, raw_id, account_id
from dated
