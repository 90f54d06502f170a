-- One row per day of the whole network as one source saw it, the oldest first: as said and audited.
select
    day_on,
    instances_known,
    instances_up,
    instances_reporting,
    instances_audited,
    users_total,
    users_total_audited,
    users_active_month,
    users_active_month_audited,
    local_posts,
    local_posts_audited,
    open_registrations
from published.marts.network_days
where source = $source and day_on >= $since
order by day_on
