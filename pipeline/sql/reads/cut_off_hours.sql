-- One row: hours within 90 days in which the crawler itself was cut off.
select count(*) as hours_count
from published.marts.outage_hours, published.marts.about
where hour_at > about.published_at - interval 90 days
