-- One record of a component that the ledger looks at: stretches that records join by their two clocks, one of which is crowded at least.
with placed as (
  select m.rid, coalesce(l.component, m.stretch) as component, c.stretch is not null as is_crowded,
    m.is_new or (m.origin = 'recently_played' and d.day is not null) as is_touched
  from moment as m
  left join link as l using (stretch)
  left join crowded as c using (stretch)
  left join (select account_id, day from closed_day where is_new) as d on d.account_id = m.account_id and d.day = m.starts_at::date
), chosen as (
  select component, bool_or(is_touched) as is_touched, count(*) as n from placed group by component having bool_or(is_crowded)
), sliced as (
  select component, is_touched, (sum(n) over (order by component rows between unbounded preceding and current row) // 50000)::bigint as slice from chosen
)
select distinct p.rid, s.component, s.is_touched, s.slice from placed as p join sliced as s using (component)
