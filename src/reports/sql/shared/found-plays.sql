-- one play of the accounts asked about in whose names every word is that is looked for
select ended_at, local_at from ({{shown_plays}}) where $search is null
union all
select ended_at, local_time(account_id, ended_at, $time_zone)
from kept.heard
join (
  select item, account_id from (select *, {{all_names}} as all_names from kept.items) where {{found}}
) using (item)
where $search is not null and ($account is null or account_id = $account)
union all
select ended_at, local_at
from (select *, {{all_names}} as all_names from ({{shown_file_plays}}))
where $search is not null and {{found}}
