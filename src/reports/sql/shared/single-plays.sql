-- one play that counts, or of which the rule cannot tell, as its names are shown
{{heard_plays}}
union all
{{read_plays}}
