-- Every word that is looked for, whatever its case and accents; 8 at most.
($search is null or (
  strpos(all_names, coalesce(split_part({{sought}}, ' ', 1), '')) > 0
  and strpos(all_names, coalesce(split_part({{sought}}, ' ', 2), '')) > 0
  and strpos(all_names, coalesce(split_part({{sought}}, ' ', 3), '')) > 0
  and strpos(all_names, coalesce(split_part({{sought}}, ' ', 4), '')) > 0
  and strpos(all_names, coalesce(split_part({{sought}}, ' ', 5), '')) > 0
  and strpos(all_names, coalesce(split_part({{sought}}, ' ', 6), '')) > 0
  and strpos(all_names, coalesce(split_part({{sought}}, ' ', 7), '')) > 0
  and strpos(all_names, coalesce(split_part({{sought}}, ' ', 8), '')) > 0
))
