-- The first stretch of a year that lies in the period in every time zone: a day is at most 16 hours apart from that of UTC.
(case when strftime($from::date, '%m-%d') in ('01-01', '12-31') then $from::date + 1 else make_date(year($from::date), 12, 31) end)::timestamp
