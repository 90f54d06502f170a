-- One row per capture of one imported source, the oldest first.
select
    captured_at,
    instances,
    instances_up,
    instances_reporting,
    instances_audited,
    users_total,
    users_total_audited,
    local_posts,
    open_registrations
from published.marts.captures
where source = $source
order by captured_at
