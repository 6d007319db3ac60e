-- one play that counts, or of which the counting rule cannot tell: is_counted is then null, and the report says "undecided"
select * from ({{judged_plays}}) where is_counted is not false
