-- One row per figure that can be compared with the release before, over the servers of that release: more
-- servers are no jump, and who asks to be left out is no collapse.
with
    former as (
        select
            hostname,
            case when users_total_standing = 'reported' then users_total end as users_total,
            case when users_active_month_standing = 'reported' then users_active_month end
                as users_active_month
        from former.marts.instances
        anti join staging.opted_out_hosts using (hostname)
        where is_alive
    ),
    panel as (
        select
            former.users_total as users_total_before,
            former.users_active_month as users_active_month_before,
            coalesce(latter.is_alive, false) as is_alive,
            case when latter.users_total_standing = 'reported' then latter.users_total end
                as users_total,
            case
                when latter.users_active_month_standing = 'reported' then latter.users_active_month
            end as users_active_month
        from former
        left join published.marts.instances as latter using (hostname)
        where latter.is_counting_refused is not true
    )
select
    'instances_alive' as name,
    count(*)::double as before,
    count(*) filter (where is_alive)::double as after
from panel
union all
select 'users_total_audited', sum(users_total_before), coalesce(sum(users_total), 0)
from panel
where is_alive
union all
select
    'users_active_month_audited',
    sum(users_active_month_before),
    coalesce(sum(users_active_month), 0)
from panel
where is_alive
