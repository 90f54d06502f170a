-- One row per software: how many of its servers, and of their people, are on the current version.
select
    software_name,
    arg_max(software_version, instances_alive) filter (where is_current) as current_version,
    sum(instances_alive)::bigint as instances_alive,
    sum(instances_alive) filter (where is_current)::bigint as instances_current,
    sum(instances_alive) filter (where is_current is not null)::bigint as instances_known,
    sum(users_active_month_audited) filter (where is_current)::bigint as users_active_month_current,
    sum(users_active_month_audited) filter (where is_current is not null)::bigint as users_active_month_known,
    sum(users_total_audited) filter (where is_current)::bigint as users_total_current,
    sum(users_total_audited) filter (where is_current is not null)::bigint as users_total_known
from published.marts.versions
group by software_name
order by instances_alive desc, software_name
