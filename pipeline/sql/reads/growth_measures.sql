-- One row per source and measure that growth is known of, the longest known first.
select source, measure, count(*) as days_count, min(day_on) as first_on, max(day_on) as last_on
from published.marts.growth_days
group by source, measure
order by source = 'herdbook' desc, days_count desc, source, measure
