-- One row per software, day and source: sums over instances, numbers self-reported and naive. An
--    answer to our own checks counts as in `network_days`.
-- software_name | canonical name; `unknown` = not said
-- day_on | the day, UTC
-- source | herdbook = own checks, else the imported source
-- instances_known | instances of that software seen that day
-- instances_reporting | instances whose number of registered users is in the sum
-- users_total | registered users
-- users_active_month | MAU
-- local_posts | local posts
-- open_registrations | instances that anyone may join at once
-- instances_up | instances that answered; for imports: that the source calls up
-- unique software_name, day_on, source
-- not_null software_name, day_on, source, instances_known, instances_reporting, instances_up
-- check instances_reporting <= instances_known

with
    seen_days as (
        select *
        from marts.instance_days
        where source <> 'self' and (source <> 'herdbook' or is_up)
    ),
    last_day as (select max(day_on) as day_on from seen_days where source = 'herdbook'),
    spans as (
        select
            *,
            case
                when source <> 'herdbook'
                then 1
                else
                    least(
                        lead(day_on, 1, day_on + 7) over (
                            partition by source, hostname order by day_on
                        )
                        - day_on,
                        7,
                        (select day_on from last_day) - day_on + 1
                    )
            end as span_days
        from seen_days
    ),
    days as (
        select
            coalesce(software_name, 'unknown') as software_name,
            day_on + unnest(range(span_days))::integer as day_on,
            source,
            users_total,
            users_active_month,
            local_posts,
            registration,
            is_up
        from spans
    )
select
    software_name,
    day_on,
    source,
    count(*) as instances_known,
    count(users_total) as instances_reporting,
    sum(users_total)::bigint as users_total,
    sum(users_active_month)::bigint as users_active_month,
    sum(local_posts)::bigint as local_posts,
    count(*) filter (where registration = 'open') as open_registrations,
    count(*) filter (where is_up) as instances_up
from days
group by software_name, day_on, source
order by source, day_on, software_name
