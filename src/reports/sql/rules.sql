-- one rule in force with what it does to the plays there are now, the newest first
with judged as ({{judged_plays}}),
hidden as (
  select rule_id, count(*) as play_count from hidden_plays group by rule_id
  union all
  select counting_rule_id, count(*) from judged where is_counted is false and counting_rule_id is not null group by counting_rule_id
),
renamed as (
  select rule_id, count(*) as play_count
  from rules
  join plays on plays.track_uri = rules.item_uri and (rules.account_id is null or plays.account_id = rules.account_id)
  where rules.kind = 'override'
  group by rule_id
),
named as (
  select item_uri as uri from rules where item_uri is not null
  union
  select other_uri from rules where other_uri is not null
),
titles as (
  select uri, min(nullif(title, '')) as title
  from (
    select track_uri as uri, coalesce(track_name, show_name, '') as title from plays semi join named on named.uri = plays.track_uri
    union all
    select named.uri, coalesce(name, '') from tracks join named on named.uri = 'spotify:track:' || track_id
  )
  group by uri
),
titled as (
  select
    rules.*,
    item_uri || coalesce(' (' || item.title || ')', '') as item,
    other_uri || coalesce(' (' || other.title || ')', '') as other,
    list_filter([if(item.uri is null, item_uri, null), if(other.uri is null, other_uri, null)], lambda uri: uri is not null) as unknown
  from rules
  left join titles as item on item.uri = item_uri
  left join titles as other on other.uri = other_uri
),
told as (
  select
    rule_id,
    any_value(kind) as kind,
    nullif(concat_ws(
      ' ',
      any_value(item),
      case any_value(kind) when 'same_recording' then 'is ' when 'different_recordings' then 'is not ' end || string_agg(other, ', ' order by other),
      'artist ' || any_value(of_artist),
      'show ' || any_value(of_show),
      'from ' || coalesce(strftime(any_value(from_at), '%Y-%m-%dT%H:%M:%SZ'), strftime(any_value(from_day), '%Y-%m-%d')),
      'to ' || coalesce(strftime(any_value(to_at), '%Y-%m-%dT%H:%M:%SZ'), strftime(any_value(to_day), '%Y-%m-%d')),
      any_value(counting),
      'title: ' || any_value(track_name),
      'artist: ' || any_value(artist_name),
      'album: ' || any_value(album_name),
      'show: ' || any_value(show_name)
    ), '') as about,
    any_value(account_id) as account_id,
    list_sort(list_distinct(flatten(list(unknown)))) as unknown,
    any_value(note) as note,
    any_value(created_at) as created_at
  from titled
  group by rule_id
)
select
  rule_id,
  kind,
  about,
  account_id,
  case when kind in ('exclude', 'count') then coalesce(hidden.play_count, 0) end as hidden_count,
  case when kind = 'override' then coalesce(renamed.play_count, 0) end as renamed_count,
  nullif(array_to_string(unknown, ' '), '') as unknown_uris,
  created_at,
  note
from told
left join hidden using (rule_id)
left join renamed using (rule_id)
where $account is null or account_id is null or account_id = $account
order by created_at desc, rule_id
