-- One name of a new record that has a URI, with the keys that the ledger makes of it.
select name, text_key(name) as title_key, artist_list(text_key(name)) as artist_keys
from (
  select title_source as name from evidence_row where title_source is not null
  union
  select artist_source from evidence_row where artist_source is not null
)
