-- The tables of an opened release, with what one row of each is.
select table_name as name, comment as one_row_is
from duckdb_tables()
where database_name = 'published' and schema_name = 'marts'
union all
select view_name, comment
from duckdb_views()
where database_name = 'published' and schema_name = 'marts' and not internal
order by name
