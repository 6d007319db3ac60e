-- Words that several models share; each is a function of its arguments alone.
create or replace macro utc(text) as (text::timestamptz at time zone 'UTC');
-- Time of what nothing dates: older than everything dated.
create or replace macro undated() as timestamp '1970-01-01 00:00:00';
create or replace macro or_undated(at_time) as coalesce(at_time, undated());
create or replace macro if_dated(at_time) as nullif(at_time, undated());
-- Title and artist keys of the ledger: NFC, lower case, white space collapsed.
-- Nearly every title is plain text without any white space but single blanks: it needs no regular expression, which would take most of the time.
create or replace macro is_plain(text) as strlen(text) = length(text) and not contains(text, '  ') and not contains(text, chr(9)) and not contains(text, chr(10)) and not contains(text, chr(11)) and not contains(text, chr(12)) and not contains(text, chr(13));
create or replace macro text_key(text) as nullif(case when is_plain(text) then trim(lower(text)) else trim(regexp_replace(lower(nfc_normalize(text)), '[\s\p{Z}]+', ' ', 'g')) end, '');
create or replace macro artist_list(key) as case when key is null then '[]' else to_json([key])::varchar end;
-- What the account history writes where it has no name: it names nothing.
create or replace macro is_placeholder(title, artist) as coalesce(title = 'Unknown Track' and artist = 'Unknown Artist', false);
-- Spotify began in 2006; what is outside these years is no time that anyone listened.
create or replace macro in_range(at_time) as case when at_time >= timestamp '2006-01-01' and at_time < timestamp '2100-01-01' then at_time end;
-- Milliseconds that anyone can have listened to one item: whole, and 30 days at most, as the contract of histories has it.
create or replace macro played(number) as case when number between 0 and 2592000000 and number = floor(number) then number::bigint end;
-- `offline_timestamp` is in seconds, milliseconds or finer, by the year of the record: its magnitude tells. Brought to seconds; 0 is none.
create or replace macro stamp_of(number) as case
  when number <= 0 or number >= 1e20 then null
  when number < 1e11 then make_timestamp((floor(number) * 1000000)::bigint)
  when number < 1e14 then make_timestamp((floor(number / 1e3) * 1000000)::bigint)
  when number < 1e17 then make_timestamp((floor(number / 1e6) * 1000000)::bigint)
  else make_timestamp((floor(number / 1e9) * 1000000)::bigint)
end;
-- First day that a release date can mean; null where there is none (Spotify writes 0000 for unknown).
create or replace macro first_day(release_date) as case
  when regexp_full_match(release_date, '\d{4}') then try_cast(release_date || '-01-01' as date)
  when regexp_full_match(release_date, '\d{4}-\d{2}') then try_cast(release_date || '-01' as date)
  when regexp_full_match(release_date, '\d{4}-\d{2}-\d{2}') then try_cast(release_date as date)
end;
create or replace macro released_on(release_date) as case when release_date not like '0000%' then first_day(release_date) end;
-- The largest picture; of equal ones, or where sizes are unknown, the first.
create or replace macro image_url(images) as images[coalesce(list_position(list_transform(images, lambda image: coalesce(image.width, 0)), list_max(list_transform(images, lambda image: coalesce(image.width, 0)))), 1)].url;
create or replace macro ids(people) as list_filter(list_transform(people, lambda person: person.id), lambda id: id is not null);
create or replace macro seen_when(is_present, at_time) as case when is_present then at_time end;
create or replace macro list_bucket(list_kind, list_id) as 'bucket=' || md5(list_kind || '|' || list_id)[1:1];
-- The id in a Spotify URI; a local file has none.
create or replace macro uri_id(uri) as case when uri not like 'spotify:local:%' then nullif(split_part(uri, ':', 3), '') end;
-- A record of a file is known by the file's hash and its place there.
create or replace macro evidence_id_of(file_sha256, item) as file_sha256[:32] || '-' || item;
-- The ledger's numbers of the sources, rules 5 and 6.
create or replace macro origin_rank(origin) as case origin when 'extended_history' then 1 when 'account_history' then 2 else 3 end;
-- A null adds nothing to `concat`; what stands between the marks tells it from any value.
create or replace macro play_id_of(account_id, origin, ended_from, track_uri, title_key, artist_keys, ms_played, offline_stamp, ordinal) as
  md5(concat(account_id, chr(31), origin_rank(origin), chr(31), epoch_us(ended_from), chr(31), coalesce(track_uri, concat(title_key, '|', artist_keys)), chr(31),
    ms_played, chr(31), epoch_us(offline_stamp), chr(31), ordinal));
