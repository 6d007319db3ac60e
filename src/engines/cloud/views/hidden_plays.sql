-- one play that one rule leaves out; what a rule names is compared with what `plays` holds, not with what another rule shows instead
with rule as (select * from rules where kind = 'exclude'),
-- A play that only names artist and title is of the track that others call so.
called as (
  select distinct rule.rule_id, lower(plays.artist_name) as artist_key, lower(plays.track_name) as title_key
  from rule
  join stored.plays on plays.track_uri = rule.item_uri
),
-- First artists: reports count a play for no other.
artist_track as (
  select rule.rule_id, 'spotify:track:' || tracks.track_id as uri
  from rule
  join stored.tracks on 'spotify:artist:' || list_extract(tracks._artist_ids, 1) = rule.of_artist
  union
  select rule.rule_id, 'spotify:track:' || tracks.track_id
  from rule
  join stored.artists on lower(artists.name) = lower(rule.of_artist)
  join stored.tracks on list_extract(tracks._artist_ids, 1) = artists.artist_id
),
artist_names as (
  select rule_id, lower(of_artist) as artist_key from rule where of_artist is not null and not starts_with(of_artist, 'spotify:')
  union
  select rule.rule_id, lower(artists.name)
  from rule
  join stored.artists on 'spotify:artist:' || artists.artist_id = rule.of_artist
  where artists.name is not null
),
show_episode as (
  select rule.rule_id, 'spotify:episode:' || episodes.episode_id as uri
  from rule
  join stored.episodes on 'spotify:show:' || episodes.show_id = rule.of_show
),
show_names as (
  select rule_id, lower(of_show) as show_key from rule where of_show is not null and not starts_with(of_show, 'spotify:')
  union
  select rule.rule_id, lower(shows.name) from rule join stored.shows on 'spotify:show:' || shows.show_id = rule.of_show where shows.name is not null
  union
  select rule.rule_id, lower(audiobooks.name)
  from rule
  join stored.audiobooks on 'spotify:show:' || audiobooks.audiobook_id = rule.of_show
  where audiobooks.name is not null
),
met as (
  select rule.rule_id, plays.play_id, plays.account_id, plays.ended_at from rule join stored.plays on plays.track_uri = rule.item_uri
  union all
  select called.rule_id, plays.play_id, plays.account_id, plays.ended_at
  from called
  join stored.plays
    on lower(plays.artist_name) = called.artist_key and lower(plays.track_name) = called.title_key and plays.track_uri is null
  union all
  select artist_track.rule_id, plays.play_id, plays.account_id, plays.ended_at
  from artist_track
  join stored.plays on plays.track_uri = artist_track.uri
  union all
  select artist_names.rule_id, plays.play_id, plays.account_id, plays.ended_at
  from artist_names
  join stored.plays on lower(plays.artist_name) = artist_names.artist_key
  union all
  select show_episode.rule_id, plays.play_id, plays.account_id, plays.ended_at
  from show_episode
  join stored.plays on plays.track_uri = show_episode.uri
  union all
  select show_names.rule_id, plays.play_id, plays.account_id, plays.ended_at
  from show_names
  join stored.plays on lower(plays.show_name) = show_names.show_key
  union all
  select rule.rule_id, plays.play_id, plays.account_id, plays.ended_at
  from rule
  cross join stored.plays
  where coalesce(rule.item_uri, rule.of_artist, rule.of_show) is null
)
select distinct met.play_id, met.rule_id
from met
join rule on rule.rule_id = met.rule_id
where (rule.account_id is null or met.account_id = rule.account_id)
  and (rule.from_at is null or met.ended_at >= rule.from_at)
  and (rule.to_at is null or met.ended_at < rule.to_at)
  and (rule.from_day is null or cast(local_time(met.account_id, met.ended_at) as date) >= rule.from_day)
  and (rule.to_day is null or cast(local_time(met.account_id, met.ended_at) as date) <= rule.to_day)
