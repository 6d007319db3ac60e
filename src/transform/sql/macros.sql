-- Words that several models share; each is a function of its arguments alone.
create or replace temp macro utc(text) as (text::timestamptz at time zone 'UTC');
-- Time of what nothing dates: older than everything dated.
create or replace temp macro undated() as timestamp '1970-01-01 00:00:00';
create or replace temp macro or_undated(at_time) as coalesce(at_time, undated());
create or replace temp macro if_dated(at_time) as nullif(at_time, undated());
-- Title and artist keys of the ledger: NFC, lower case, white space collapsed.
create or replace temp macro text_key(text) as trim(regexp_replace(lower(nfc_normalize(text)), '[\s\p{Z}]+', ' ', 'g'));
-- First day that a release date can mean; null where there is none (Spotify writes 0000 for unknown).
create or replace temp macro first_day(release_date) as case
  when regexp_full_match(release_date, '\d{4}') then try_cast(release_date || '-01-01' as date)
  when regexp_full_match(release_date, '\d{4}-\d{2}') then try_cast(release_date || '-01' as date)
  when regexp_full_match(release_date, '\d{4}-\d{2}-\d{2}') then try_cast(release_date as date)
end;
create or replace temp macro released_on(release_date) as case when release_date not like '0000%' then first_day(release_date) end;
-- The largest picture; of equal ones, or where sizes are unknown, the first.
create or replace temp macro image_url(images) as images[coalesce(list_position(list_transform(images, lambda image: coalesce(image.width, 0)), list_max(list_transform(images, lambda image: coalesce(image.width, 0)))), 1)].url;
create or replace temp macro ids(people) as list_filter(list_transform(people, lambda person: person.id), lambda id: id is not null);
create or replace temp macro seen_when(is_present, at_time) as case when is_present then at_time end;
create or replace temp macro list_bucket(list_kind, list_id) as 'bucket=' || md5(list_kind || '|' || list_id)[1:1];
-- The id in a Spotify URI; a local file has none.
create or replace temp macro uri_id(uri) as case when uri not like 'spotify:local:%' then nullif(split_part(uri, ':', 3), '') end;
