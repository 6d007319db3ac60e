-- one play that one rule leaves out; what a rule names is compared with what `plays` holds, not with what another rule shows instead
with rule as (select * from stored.rules where kind = 'exclude'),
-- A play that only names artist and title is of the track that others call so.
called as (
  select distinct rule.rule_id, lower(plays.artist_name) as artist_key, lower(plays.track_name) as title_key
  from rule
  join stored.plays on plays.track_uri = rule.item_uri
),
-- First artists: reports count a play for no other.
artist_track as (
  select rule.rule_id, 'spotify:track:' || track_id as uri
  from rule
  join stored.tracks on 'spotify:artist:' || tracks._artist_ids[1] = rule.of_artist
  union
  select rule.rule_id, 'spotify:track:' || track_id
  from rule
  join stored.artists on lower(artists.name) = lower(rule.of_artist)
  join stored.tracks on tracks._artist_ids[1] = artists.artist_id
),
artist_names as (
  select rule_id, lower(of_artist) as artist_key from rule where of_artist is not null and not starts_with(of_artist, 'spotify:')
  union
  select rule_id, lower(artists.name) from rule join stored.artists on 'spotify:artist:' || artist_id = rule.of_artist where artists.name is not null
),
show_episode as (
  select rule.rule_id, 'spotify:episode:' || episode_id as uri
  from rule
  join stored.episodes on 'spotify:show:' || show_id = rule.of_show
),
show_names as (
  select rule_id, lower(of_show) as show_key from rule where of_show is not null and not starts_with(of_show, 'spotify:')
  union
  select rule_id, lower(name) from rule join stored.shows on 'spotify:show:' || show_id = rule.of_show where name is not null
  union
  select rule_id, lower(name) from rule join stored.audiobooks on 'spotify:show:' || audiobook_id = rule.of_show where name is not null
),
met as (
  select rule_id, play_id, plays.account_id, ended_at from rule join stored.plays on plays.track_uri = rule.item_uri
  union all
  select rule_id, play_id, account_id, ended_at
  from called
  join stored.plays on plays.track_uri is null and lower(plays.artist_name) = artist_key and lower(plays.track_name) = title_key
  union all
  select rule_id, play_id, account_id, ended_at from artist_track join stored.plays on plays.track_uri = artist_track.uri
  union all
  select rule_id, play_id, account_id, ended_at from artist_names join stored.plays on lower(plays.artist_name) = artist_key
  union all
  select rule_id, play_id, account_id, ended_at from show_episode join stored.plays on plays.track_uri = show_episode.uri
  union all
  select rule_id, play_id, account_id, ended_at from show_names join stored.plays on lower(plays.show_name) = show_key
  union all
  -- Bounds a day wider than any time zone: what is far away need not be brought to local time.
  select rule_id, play_id, plays.account_id, ended_at
  from rule
  join stored.plays
    on plays.ended_at >= coalesce(rule.from_at, rule.from_day - interval 1 day, timestamp '-infinity')
    and plays.ended_at < coalesce(rule.to_at, rule.to_day + interval 2 day, timestamp 'infinity')
  where coalesce(rule.item_uri, rule.of_artist, rule.of_show) is null
)
select distinct met.play_id, met.rule_id
from met
join rule using (rule_id)
where (rule.account_id is null or met.account_id = rule.account_id)
  and (rule.from_at is null or met.ended_at >= rule.from_at)
  and (rule.to_at is null or met.ended_at < rule.to_at)
  and (rule.from_day is null or local_time(met.account_id, met.ended_at)::date >= rule.from_day)
  and (rule.to_day is null or local_time(met.account_id, met.ended_at)::date <= rule.to_day)
