-- the first day on which anything was played, in the time zone of its account
select min(strftime(local_time(account_id, ended_at), '%Y-%m-%d')) as day
from (select account_id, min(ended_at) as ended_at from plays group by account_id)
