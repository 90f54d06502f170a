-- One row per row of a Parquet file.
select *
from read_parquet($path)
