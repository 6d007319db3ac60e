-- One stretch of time in which records may speak of one play: they come from several sources, or agree in what makes copies.
with several as (
  select stretch from moment group by stretch having count(*) > 1
)
select stretch
from moment
join several using (stretch)
group by stretch
having min(rank) <> max(rank)
  or count(distinct ms_played) < count(ms_played)
  or (count(ms_played) < count(*) and count(distinct starts_at) < count(*))
