-- No play between a day some years before the one asked about and the same day of the next year: DuckDB passes over row groups by such a pair of bounds, and
-- by no function of the time. Two days wider than the day: $now is not local, and no time zone is more than 14 hours from UTC.
(ended_at < coalesce($day::date, $now::timestamp::date)::timestamp - interval (years_ago) year + interval 3 day
  or ended_at >= coalesce($day::date, $now::timestamp::date)::timestamp - interval (years_ago - 1) year - interval 2 day)
