-- One record whose verdict is worked out anew: its component, stretches that records join by their two clocks, has something new in it. The ledger looks at those with a crowded stretch; new records in others are not listed.
with placed as (
  select m.rid, m.is_new, coalesce(l.component, m.stretch) as component, c.stretch is not null as is_crowded,
    m.is_new or (m.rank = 3 and d.day is not null) as is_touched
  from moment as m
  left join link as l using (stretch)
  left join crowded as c using (stretch)
  left join (select a.account_number, c.day from closed_day as c join account as a using (account_id) where c.is_new) as d on d.account_number = m.account_number and d.day = m.starts_at::date
), touched as (
  select component, bool_or(is_crowded) as is_crowded, count(*) as n from placed group by component having bool_or(is_touched)
), sliced as (
  select component, is_crowded, (sum(n) filter (where is_crowded) over (order by component rows between unbounded preceding and current row) // 50000)::bigint as slice from touched
)
select distinct p.rid, s.component, s.is_crowded, s.slice from placed as p join sliced as s using (component) where s.is_crowded or not p.is_new
