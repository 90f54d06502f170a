-- One row per day and source: sums over the instances that answered, numbers as said and audited.
--    Source `herdbook`: an answer counts for the day it came and up to 6 days after it, or until the
--    next one, so that a host asked every 29 hours is in every day's sum once. A day on which nobody
--    answered is left out.
-- day_on | the day, UTC
-- source | herdbook = own checks, else the imported source
-- instances_known | instances known by that day; for imports: in the capture
-- instances_reporting | instances whose number of registered users is in the sum
-- instances_audited | instances whose number of registered users is in the audited sum
-- users_total | registered users, as said (naive)
-- users_total_audited | registered users of instances whose standing is `reported`
-- users_active_month | MAU, naive
-- users_active_month_audited | MAU, audited
-- local_posts | local posts, naive
-- local_posts_audited | local posts, audited
-- open_registrations | instances that anyone may join at once
-- instances_up | instances whose answer counts that day
-- unique day_on, source
-- not_null day_on, source, instances_known, instances_reporting, instances_up
-- not_null instances_audited
-- check instances_reporting <= instances_known
-- check instances_audited <= instances_reporting

with
    known as (
        select listed.first_seen_at::date as day_on, count(*) as hosts_count
        from (
            select hostname, admitted_at as first_seen_at
            from frontier.hosts
            anti join staging.opted_out_hosts using (hostname)
        ) as listed
        group by day_on
    ),
    sums as (
        select
            day_on,
            source,
            sum(instances_known) as instances_in_source,
            sum(instances_reporting) as instances_reporting,
            sum(instances_audited) as instances_audited,
            sum(users_total) as users_total,
            sum(users_total_audited) as users_total_audited,
            sum(users_active_month) as users_active_month,
            sum(users_active_month_audited) as users_active_month_audited,
            sum(local_posts) as local_posts,
            sum(local_posts_audited) as local_posts_audited,
            sum(open_registrations) as open_registrations,
            sum(instances_up) as instances_up
        from marts.software_days
        group by day_on, source
    ),
    known_by as (
        select sums.day_on, sum(known.hosts_count) as instances_known
        from (select distinct day_on from sums where source = 'herdbook') as sums
        join known on known.day_on <= sums.day_on
        group by sums.day_on
    )
select
    sums.day_on,
    sums.source,
    case
        when sums.source = 'herdbook'
        -- a check dated before its host was admitted is a clock that was set back
        then greatest(coalesce(known_by.instances_known, 0), sums.instances_in_source)
        else sums.instances_in_source
    end::bigint as instances_known,
    sums.instances_reporting::bigint as instances_reporting,
    sums.instances_audited::bigint as instances_audited,
    sums.users_total::bigint as users_total,
    sums.users_total_audited::bigint as users_total_audited,
    sums.users_active_month::bigint as users_active_month,
    sums.users_active_month_audited::bigint as users_active_month_audited,
    sums.local_posts::bigint as local_posts,
    sums.local_posts_audited::bigint as local_posts_audited,
    sums.open_registrations::bigint as open_registrations,
    sums.instances_up::bigint as instances_up
from sums
left join known_by on known_by.day_on = sums.day_on and sums.source = 'herdbook'
order by sums.source, sums.day_on
