-- How many people do the servers count on the last day, as said and audited, and how many servers is that?
select day_on, users_total, users_total_audited, instances_reporting, instances_audited, instances_known
from marts.network_days
where source = 'herdbook'
order by day_on desc
limit 1
