-- Which software do most servers run, and how many people are active on it?
select software_name, instances_alive, users_active_month_audited, instances_audited
from marts.software
order by instances_alive desc, software_name
limit 5
