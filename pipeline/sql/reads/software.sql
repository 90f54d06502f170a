-- One row per software now, the most servers first.
select * from published.marts.software order by instances_alive desc, software_name
