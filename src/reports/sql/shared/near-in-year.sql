-- At most a few days apart in the year, counted as if every month had 31 days: over the end of February it is 3 days farther, over New Year's Eve 371 days.
abs(month(ended_at) * 31 + day(ended_at) - month(coalesce($day::date, $now::timestamp::date)) * 31 - day(coalesce($day::date, $now::timestamp::date)))
  not between 8 and 366
