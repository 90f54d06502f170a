-- The columns of one table of an opened release, in order.
select column_name, data_type, comment
from duckdb_columns()
where database_name = 'published' and schema_name = 'marts' and table_name = $table
order by column_index
