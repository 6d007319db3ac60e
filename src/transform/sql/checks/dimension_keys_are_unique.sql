-- A dimension has as many rows as keys, and the catalog says so.
select table_name, key_count, row_count from checked.dimension_count where key_count <> row_count
