-- Whole local days, both included. The bounds on ended_at are a day wider than any time zone and let whole files be passed over.
($from is null or (ended_at >= $from::timestamp - interval 1 day and local_at >= $from::timestamp))
and ($to is null or (ended_at < $to::timestamp + interval 2 day and local_at < $to::timestamp + interval 1 day))
