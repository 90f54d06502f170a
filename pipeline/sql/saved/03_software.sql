-- Which software do most servers run, and how many registered users is that, over how many servers?
select software_name, instances_alive, users_total_audited, instances_audited
from marts.software
order by instances_alive desc, software_name
limit 5
