-- Whether the former file has what the next publish must know.
select count(*) > 0 from duckdb_tables() where database_name = 'former' and table_name = 'publishes'
