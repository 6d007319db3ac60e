-- Where the last such stretch ends.
(case when strftime($to::date, '%m-%d') in ('01-01', '12-31') then $to::date else make_date(year($to::date), 1, 2) end)::timestamp
