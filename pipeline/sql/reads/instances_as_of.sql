-- The servers whose answer counts on a day, with what they had said by then.
select
    hostname,
    software_name,
    registration,
    is_up,
    users_total,
    users_total_audited,
    users_active_month,
    users_active_month_audited,
    local_posts,
    local_posts_audited,
    from_on as said_on
from published.marts.instance_spans
where source = $source and $day between from_on and until_on
order by hostname
