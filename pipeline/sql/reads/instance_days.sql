-- One row per day of one server as one source saw it, the oldest first.
select
    day_on,
    users_total,
    users_active_month,
    local_posts,
    registration,
    is_up,
    logins,
    statuses,
    registrations,
    days
from published.marts.instance_days
where hostname = $hostname and source = $source
order by day_on
