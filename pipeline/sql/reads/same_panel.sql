-- The servers with an audited number on both of two days.
with
    numbers as (
        select
            hostname,
            from_on,
            until_on,
            case $measure
                when 'users_total'
                then users_total_audited
                when 'users_active_month'
                then users_active_month_audited
                when 'local_posts'
                then local_posts_audited
            end as value
        from published.marts.instance_spans
        where source = $source
    )
select before.hostname, before.value as value_before, later.value as value_after
from numbers as before
join numbers as later using (hostname)
where
    $first between before.from_on and before.until_on
    and $last between later.from_on and later.until_on
    and before.value is not null
    and later.value is not null
order by before.hostname
