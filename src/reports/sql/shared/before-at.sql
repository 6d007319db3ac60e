split_part($before, '/', 1)::timestamp
