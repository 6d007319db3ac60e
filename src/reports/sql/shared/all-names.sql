lower(strip_accents(concat_ws(chr(31), track_name, show_name, artist_name, album_name)))
