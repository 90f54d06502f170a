-- One row per day of the whole network as one source saw it, the oldest first.
select
    day_on,
    instances_known,
    instances_reporting,
    users_total,
    users_active_month,
    local_posts,
    open_registrations
from published.marts.network_days
where source = $source and day_on >= $since
order by day_on
