-- Every play has one kept record as evidence.
select p.play_id, count(e.evidence_id) as kept
from checked.plays as p
left join checked.play_evidence as e on e.play_id = p.play_id and e.account_id = p.account_id and e.verdict = 'kept'
group by p.play_id, p.account_id
having kept <> 1
