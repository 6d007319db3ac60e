-- one account that the tables tell anything of
select account_id from plays
union select account_id from looks where account_id is not null
union select account_id from export_files
union select account_id from top_items
union select account_id from accounts
order by account_id
