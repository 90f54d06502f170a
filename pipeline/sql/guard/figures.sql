-- One row per figure of a release that is about to be published.
with
    alive as (
        select
            count(*) as instances_alive,
            count(users_total) as instances_reporting,
            count(*) filter (where users_total_standing = 'reported') as instances_audited,
            sum(users_total) filter (where users_total_standing = 'reported') as users_total_audited,
            sum(users_active_month) filter (where users_active_month_standing = 'reported')
                as users_active_month_audited
        from published.marts.instances
        where is_alive
    ),
    figures as (
        select 'instances_known' as name, instances_known::double as value
        from published.marts.about
        union all
        select 'instances_alive', instances_alive
        from alive
        union all
        select 'reporting_ratio', instances_reporting / nullif(instances_alive, 0)
        from alive
        union all
        select 'audited_ratio', instances_audited / nullif(instances_reporting, 0)
        from alive
        union all
        select 'users_total_audited', users_total_audited
        from alive
        union all
        select 'users_active_month_audited', users_active_month_audited
        from alive
    )
select figures.name, figures.value, alive.instances_alive
from figures
cross join alive
where figures.value is not null
