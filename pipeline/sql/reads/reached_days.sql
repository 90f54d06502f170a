-- One row per day of 90 on which our own checks asked one server, the oldest first.
select day_on, is_up
from published.marts.instance_days, published.marts.about
where hostname = $hostname and source = 'herdbook' and day_on > about.published_at::date - 90
order by day_on
