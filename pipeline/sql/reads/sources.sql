-- One row per source of totals by day: our own checks, and each imported history.
select source, count(*) as days_count, min(day_on) as first_on, max(day_on) as last_on
from published.marts.network_days
group by source
order by source = 'herdbook' desc, last_on desc, source
