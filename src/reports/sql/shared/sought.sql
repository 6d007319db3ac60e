lower(strip_accents($search))
