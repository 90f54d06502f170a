-- Which tables are there, and what is one row of each?
select table_name, estimated_size as rows_count, column_count as columns_count, comment as one_row_is
from duckdb_tables()
where schema_name = 'marts'
order by table_name
