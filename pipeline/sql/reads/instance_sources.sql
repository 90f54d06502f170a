-- One row per source that has days of one server.
select source, count(*) as days_count, min(day_on) as first_on, max(day_on) as last_on
from published.marts.instance_days
where hostname = $hostname
group by source
order by source
