-- two recordings that may be one: same title and first artist, lengths at most 3 s apart where both are known; most played first
select track_name, artist_name, track_uri, other_uri, duration_ms, other_duration_ms, play_count, other_play_count, told_by
from kept.suggestions
order by least(play_count, other_play_count) desc, play_count + other_play_count desc, track_uri, other_uri
limit $limit
