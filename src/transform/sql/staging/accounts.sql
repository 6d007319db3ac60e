-- One sighting of one account's own profile.
select
  account as account_id, o.account_id as spotify_account_id, o.id as user_id, o.display_name as display_name, o.uri as uri,
  o.country as country, o.product as product, source,
  seen_when(o.account_id is not null, observed_at) as _identity_at, 1::tinyint as _identity_shape,
  observed_at as _core_at, 1::tinyint as _core_shape,
  seen_when(o.country is not null, observed_at) as _region_at, 1::tinyint as _region_shape,
  seen_when(o.product is not null, observed_at) as _product_at, 1::tinyint as _product_shape,
  observed_at as _observed_at, raw_id, line, item
from seen_account
where o.id is not null
