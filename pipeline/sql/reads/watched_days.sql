-- One row per day of each server of a watch list as one source saw it, the oldest first. Numbers that no rule
-- speaks against only; a number that one speaks against is null, as is one that was not said.
select
    days.hostname,
    days.day_on,
    days.is_up,
    case when not list_contains(doubts.fields, 'users_active_month') is true then days.users_active_month end
        as users_active_month,
    case when not list_contains(doubts.fields, 'users_total') is true then days.users_total end as users_total,
    case when not list_contains(doubts.fields, 'local_posts') is true then days.local_posts end as local_posts,
    days.logins,
    days.days
from published.marts.instance_days as days
left join (
    select hostname, day_on, list(field) as fields
    from published.marts.verdicts
    where source = $source and list_contains($hostnames, hostname)
    group by hostname, day_on
) as doubts using (hostname, day_on)
where days.source = $source and list_contains($hostnames, days.hostname)
order by list_position($hostnames, days.hostname), days.day_on
