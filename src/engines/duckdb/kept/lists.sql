-- one playlist of which an item was seen
create or replace table kept.lists as select distinct playlist_id from stored.playlist_items
