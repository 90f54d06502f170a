-- Which servers are named by most others?
select hostname, software_name, named_by_count
from marts.instances
order by named_by_count desc, hostname
limit 5
