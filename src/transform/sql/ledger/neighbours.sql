-- One partition that a component with something new in it reaches: by a moment, by what may lie within 91 seconds of it, or by a record elsewhere whose second clock is near.
with placed as (
  select m.account_number, m.starts_at, m.ends_at, coalesce(l.component, m.stretch) as component,
    m.is_new or (m.rank = 3 and d.day is not null) as is_touched
  from moment as m
  left join link as l using (stretch)
  left join (select a.account_number, c.day from closed_day as c join account as a using (account_id) where c.is_new) as d on d.account_number = m.account_number and d.day = m.starts_at::date
), touched as (
  select a.account_id, p.starts_at - interval 91 seconds as from_at, p.ends_at + interval 91 seconds as until_at
  from placed as p
  join account as a using (account_number)
  join (select distinct component from placed where is_touched) as t using (component)
), reached as (
  select account_id, from_at as at_time from touched
  union all
  select account_id, until_at from touched
  union all
  select c.account_id, c.ended_from
  from $cross_clocks as c
  join touched as t on t.account_id = c.account_id and c.second_end between t.from_at and t.until_at
)
select distinct 'account=' || account_id || '/year=' || year(at_time) as partition_name from reached
