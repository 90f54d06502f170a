-- One row per software, now: sums over instances that are alive, as said and audited.
-- software_name | canonical name; `unknown` = it never said
-- instances_known | instances that ever said they run it
-- instances_alive | of these, alive
-- instances_reporting | of these, with a number of registered users
-- instances_audited | of these, with one whose standing is `reported`
-- users_total | registered users of those alive, as said (naive)
-- users_total_audited | the same, audited
-- users_active_month | MAU of those alive, naive
-- users_active_month_audited | the same, audited
-- open_registrations | alive instances that anyone may join at once
-- unique software_name
-- not_null software_name, instances_known, instances_alive, instances_reporting
-- not_null instances_audited
-- check instances_reporting <= instances_alive
-- check instances_audited <= instances_reporting

select
    coalesce(software_name, 'unknown') as software_name,
    count(*) as instances_known,
    count(*) filter (where is_alive) as instances_alive,
    count(users_total) filter (where is_alive) as instances_reporting,
    count(users_total) filter (where is_alive and users_total_standing = 'reported')
        as instances_audited,
    sum(users_total) filter (where is_alive)::bigint as users_total,
    sum(users_total) filter (where is_alive and users_total_standing = 'reported')::bigint
        as users_total_audited,
    sum(users_active_month) filter (where is_alive)::bigint as users_active_month,
    sum(users_active_month) filter (
        where is_alive and users_active_month_standing = 'reported'
    )::bigint as users_active_month_audited,
    count(*) filter (where is_alive and registration = 'open') as open_registrations
from marts.instances
group by all
order by instances_alive desc, software_name
