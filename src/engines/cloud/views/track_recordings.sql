-- one track id; ids of one ISRC are one recording, anything beyond that only where a rule says so
with known as (
  select track_id, isrc from stored.tracks
  union all
  select track_id, cast(null as varchar)
  from (select distinct track_id from stored.plays where track_id is not null)
  where track_id not in (select track_id from stored.tracks)
),
-- A pair that is not one: its second track leaves the ISRC that both have.
apart as (
  select distinct one.track_id
  from rules
  join known as one on 'spotify:track:' || one.track_id = rules.other_uri
  join known as same on 'spotify:track:' || same.track_id = rules.item_uri
  where rules.kind = 'different_recordings' and one.isrc = same.isrc
),
own as (
  select
    known.track_id,
    case when known.isrc is null or apart.track_id is not null then 'track:' || known.track_id else 'isrc:' || known.isrc end as own_id
  from known
  left join apart on apart.track_id = known.track_id
),
pair as (
  select first.own_id as one, other.own_id as other
  from rules
  join own as first on 'spotify:track:' || first.track_id = rules.item_uri
  join own as other on 'spotify:track:' || other.track_id = rules.other_uri
  where rules.kind = 'same_recording'
),
paired as (
  select one as own_id, one || ' ' || other as pair, least(one, other) as label from pair
  union all
  select other, one || ' ' || other, least(one, other) from pair
),
reached as (select own_id, min(label) as recording_id from ({{spread}}) group by own_id)
select own.track_id, coalesce(reached.recording_id, own.own_id) as recording_id
from own
left join reached on reached.own_id = own.own_id
