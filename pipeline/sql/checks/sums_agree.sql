-- Days on which the network's sum is not the sum over its software.
select marts.network_days.day_on, marts.network_days.source
from marts.network_days
join marts.software_days using (day_on, source)
group by marts.network_days.day_on, marts.network_days.source, marts.network_days.users_total
having sum(marts.software_days.users_total) is distinct from marts.network_days.users_total
;
