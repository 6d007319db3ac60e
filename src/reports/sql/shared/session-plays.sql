-- one session of all there are, of the accounts asked about
select account_id, started_at, ended_at, play_count, undecided_count, track_count, first_track_name, first_uri, top_artist_name
from kept.sessions
where {{sessions_are_kept}} and ($account is null or account_id = $account)
union all
select account_id, started_at, ended_at, play_count, undecided_count, track_count, first_track_name, first_uri, top_artist_name
from ({{sessions_of_plays}})
where not {{sessions_are_kept}}
