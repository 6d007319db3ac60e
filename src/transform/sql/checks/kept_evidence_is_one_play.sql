-- Every kept record about a play is evidence of exactly one play.
select e.evidence_id, count(p.play_id) as plays
from checked.play_evidence as e
left join checked.plays as p using (play_id, account_id)
where e.verdict = 'kept'
group by e.evidence_id
having plays <> 1
