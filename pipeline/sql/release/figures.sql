-- What a release covers, and what the audit makes of it: one row.
with
    last_day as (
        select *
        from marts.network_days
        where source = 'herdbook'
        qualify day_on = max(day_on) over ()
    ),
    first_day as (
        select min(day_on) as first_on
        from marts.network_days
        where source = 'herdbook'
    ),
    judged as (
        select count(*) as servers_judged
        from marts.standings
        where field = 'users_total' and standing not in ('reported', 'not_said')
    )
select
    about.published_at,
    about.is_replica,
    about.schema_version,
    about.herdbook_version,
    about.crawl_id,
    first_day.first_on,
    last_day.day_on as last_on,
    about.instances_known,
    about.instances_checked_7d,
    about.instances_alive,
    about.coverage_ratio,
    about.instances_refusing,
    about.instances_opted_out,
    about.names_held,
    about.edges_known,
    about.edges_shown,
    last_day.instances_reporting,
    last_day.instances_audited,
    last_day.users_total,
    last_day.users_total_audited,
    last_day.users_active_month,
    last_day.users_active_month_audited,
    judged.servers_judged
from marts.about as about
cross join first_day
cross join judged
left join last_day on true
