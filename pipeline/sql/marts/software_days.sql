-- One row per software, day and source: sums over instances, as said (naive) and over those whose
--    standing is `reported` (audited). An answer to our own checks counts as in `instance_spans`; a day
--    on which nobody answered is left out.
-- software_name | canonical name; `unknown` = not said
-- day_on | the day, UTC
-- source | herdbook = own checks, else the imported source
-- instances_known | instances of that software seen that day
-- instances_reporting | instances whose number of registered users is in the naive sum
-- instances_audited | instances whose number of registered users is in the audited sum
-- users_total | registered users, naive
-- users_total_audited | registered users, audited
-- users_active_month | MAU, naive
-- users_active_month_audited | MAU, audited
-- local_posts | local posts, naive
-- local_posts_audited | local posts, audited
-- open_registrations | instances that anyone may join at once
-- instances_up | instances that answered; for imports: that the source calls up
-- unique software_name, day_on, source
-- not_null software_name, day_on, source, instances_known, instances_reporting, instances_up
-- not_null instances_audited
-- check instances_reporting <= instances_known
-- check instances_audited <= instances_reporting
-- anew where day_on >= getvariable('anew_sums_from')

with
    -- spans of one shape are summed first: the days are then few
    spans as (
        select
            coalesce(software_name, 'unknown') as software_name,
            source,
            from_on,
            until_on,
            count(*) as instances_known,
            count(users_total) as instances_reporting,
            count(users_total_audited) as instances_audited,
            sum(users_total) as users_total,
            sum(users_total_audited) as users_total_audited,
            sum(users_active_month) as users_active_month,
            sum(users_active_month_audited) as users_active_month_audited,
            sum(local_posts) as local_posts,
            sum(local_posts_audited) as local_posts_audited,
            count(*) filter (where registration = 'open') as open_registrations,
            count(*) filter (where is_up) as instances_up
        from marts.instance_spans
        -- an answer counts for 7 days at most
        where from_on > getvariable('anew_sums_from') - 7
        group by all
    ),
    -- a day on which nobody was asked is no day: its sum would be that of whoever was asked last
    asked as (select distinct source, from_on as day_on from spans),
    days as (
        select spans.*, asked.day_on
        from spans
        join
            asked
            on asked.source = spans.source
            and asked.day_on between spans.from_on and spans.until_on
        where asked.day_on >= getvariable('anew_sums_from')
    )
select
    software_name,
    day_on,
    source,
    sum(instances_known)::bigint as instances_known,
    sum(instances_reporting)::bigint as instances_reporting,
    sum(instances_audited)::bigint as instances_audited,
    sum(users_total)::bigint as users_total,
    sum(users_total_audited)::bigint as users_total_audited,
    sum(users_active_month)::bigint as users_active_month,
    sum(users_active_month_audited)::bigint as users_active_month_audited,
    sum(local_posts)::bigint as local_posts,
    sum(local_posts_audited)::bigint as local_posts_audited,
    sum(open_registrations)::bigint as open_registrations,
    sum(instances_up)::bigint as instances_up
from days
group by software_name, day_on, source
order by source, day_on, software_name
