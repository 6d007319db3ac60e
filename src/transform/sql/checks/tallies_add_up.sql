-- Every record that was read is in exactly one bucket.
select raw_key, records_read, kept, merged, duplicate, filtered, quarantined
from checked.tally
where records_read <> kept + merged + duplicate + filtered + quarantined or least(kept, merged, duplicate, filtered, quarantined) < 0
