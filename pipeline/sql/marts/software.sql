-- One row per software, now: sums over instances that are alive, self-reported and naive.
-- software_name | canonical name; `unknown` = it never said
-- instances_known | instances that ever said they run it
-- instances_alive | of these, alive
-- instances_reporting | of these, with a number of registered users
-- users_total | registered users of those alive
-- users_active_month | MAU of those alive
-- open_registrations | alive instances that anyone may join at once
-- unique software_name
-- not_null software_name, instances_known, instances_alive, instances_reporting
-- check instances_reporting <= instances_alive

select
    coalesce(software_name, 'unknown') as software_name,
    count(*) as instances_known,
    count(*) filter (where is_alive) as instances_alive,
    count(users_total) filter (where is_alive) as instances_reporting,
    sum(users_total) filter (where is_alive)::bigint as users_total,
    sum(users_active_month) filter (where is_alive)::bigint as users_active_month,
    count(*) filter (where is_alive and registration = 'open') as open_registrations
from marts.instances
group by all
order by instances_alive desc, software_name
