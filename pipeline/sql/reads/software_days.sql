-- One row per day and software as one source saw it; all but the $software_count largest are 'other'.
with
    measured as (
        select
            day_on,
            software_name,
            instances_known,
            instances_reporting,
            case $measure
                when 'users_active_month' then users_active_month
                when 'users_active_month_audited' then users_active_month_audited
                when 'users_total' then users_total
                when 'users_total_audited' then users_total_audited
                when 'instances_known' then instances_known
                when 'open_registrations' then open_registrations
                when 'local_posts' then local_posts
                when 'local_posts_audited' then local_posts_audited
            end as value
        from published.marts.software_days
        where source = $source and day_on >= $since
    ),
    largest as (
        select software_name
        from measured
        group by software_name
        order by max_by(value, day_on) desc nulls last, software_name
        limit $software_count
    )
select
    day_on,
    if(largest.software_name is null, 'other', measured.software_name) as software_name,
    sum(value)::bigint as value,
    sum(instances_known)::bigint as instances_known,
    sum(instances_reporting)::bigint as instances_reporting
from measured
left join largest using (software_name)
group by all
order by day_on, software_name
