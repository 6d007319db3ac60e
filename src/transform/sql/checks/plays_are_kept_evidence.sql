-- Plays and kept evidence name the same ids, each once: told by their number, and by sums of hashes of different ids.
with play as (
  select count(*) as n, count(distinct id) as ids, sum(id) as total from (select hash(account_id, play_id) as id from checked.plays)
), kept as (
  select count(*) as n, sum(id) as total from (select hash(account_id, play_id) as id from checked.play_evidence where verdict = 'kept')
)
select play.n = play.ids and play.n = kept.n and play.total is not distinct from kept.total as is_fine from play, kept
