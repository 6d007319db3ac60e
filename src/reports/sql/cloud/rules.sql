-- one rule in force with what it does to the plays there are now, the newest first
with judged as ({{judged_plays}}),
hidden as (
  select rule_id, count(*) as play_count from hidden_plays group by rule_id
  union all
  select counting_rule_id, count(*) from judged where is_counted is false and counting_rule_id is not null group by counting_rule_id
),
renamed as (
  select rules.rule_id, count(*) as play_count
  from rules
  join plays on plays.track_uri = rules.item_uri and (rules.account_id is null or plays.account_id = rules.account_id)
  where rules.kind = 'override'
  group by rules.rule_id
),
named as (
  select item_uri as uri from rules where item_uri is not null
  union
  select other_uri from rules where other_uri is not null
),
titles as (
  select uri, min(nullif(title, '')) as title
  from (
    select track_uri as uri, coalesce(track_name, show_name, '') as title from plays where track_uri in (select uri from named)
    union all
    select named.uri, coalesce(tracks.name, '') from tracks join named on named.uri = 'spotify:track:' || tracks.track_id
  )
  group by uri
),
titled as (
  select
    rules.*,
    rules.item_uri || coalesce(' (' || item.title || ')', '') as item,
    rules.other_uri || coalesce(' (' || other.title || ')', '') as other,
    if(item.uri is null, rules.item_uri, null) as unknown_item,
    if(other.uri is null, rules.other_uri, null) as unknown_other
  from rules
  left join titles as item on item.uri = rules.item_uri
  left join titles as other on other.uri = rules.other_uri
),
unknown as (
  select rule_id, string_agg(distinct uri, ' ' order by uri) as uris
  from (
    select rule_id, unknown_item as uri from titled
    union all
    select rule_id, unknown_other from titled
  )
  where uri is not null
  group by rule_id
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
      'from ' || coalesce(instant_text(any_value(from_at)), cast(any_value(from_day) as varchar)),
      'to ' || coalesce(instant_text(any_value(to_at)), cast(any_value(to_day) as varchar)),
      any_value(counting),
      'title: ' || any_value(track_name),
      'artist: ' || any_value(artist_name),
      'album: ' || any_value(album_name),
      'show: ' || any_value(show_name)
    ), '') as about,
    any_value(account_id) as account_id,
    any_value(note) as note,
    any_value(created_at) as created_at
  from titled
  group by rule_id
)
select
  told.rule_id,
  told.kind,
  told.about,
  told.account_id,
  case when told.kind in ('exclude', 'count') then coalesce(hidden.play_count, 0) end as hidden_count,
  case when told.kind = 'override' then coalesce(renamed.play_count, 0) end as renamed_count,
  unknown.uris as unknown_uris,
  told.created_at,
  told.note
from told
left join hidden on hidden.rule_id = told.rule_id
left join renamed on renamed.rule_id = told.rule_id
left join unknown on unknown.rule_id = told.rule_id
where $account is null or told.account_id is null or told.account_id = $account
order by told.created_at desc, told.rule_id
