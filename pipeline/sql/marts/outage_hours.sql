-- One row per hour in which the crawler itself was cut off: most checks of servers that had answered
--    before failed for want of a name, an answer or a connection. Such checks count against nobody.
-- hour_at | the hour, UTC
-- checks_count | checks, within the hour, of servers that had answered within the week before
-- failing_count | of these, dns_failed, timed_out or refused
-- unique hour_at
-- not_null hour_at, checks_count, failing_count
-- check failing_count * 2 > checks_count
-- anew where hour_at >= getvariable('anew_from')

with
    first_answers as (
        select hostname, min(checked_at) as answered_at
        from staging.checks
        where is_ok
        group by hostname
    ),
    checks as (
        select
            hostname,
            date_trunc('hour', checked_at) as hour_at,
            is_ok,
            outcome in ('dns_failed', 'timed_out', 'refused') as is_failing
        from staging.checks
        join first_answers using (hostname)
        where
            -- a week more: whoever answered within it
            checked_at >= getvariable('anew_from') - 8
            and checked_at >= first_answers.answered_at
    ),
    suspected as (
        select hour_at
        from checks
        where hour_at >= getvariable('anew_from')
        group by hour_at
        -- ten: fewer may fail together by chance
        having count(*) filter (where is_failing) >= 10
            and 2 * count(*) filter (where is_failing) > count(*)
    ),
    well as (
        select distinct suspected.hour_at, checks.hostname
        from suspected
        join
            checks
            on checks.hour_at < suspected.hour_at
            and checks.hour_at >= suspected.hour_at - interval 7 days
        where checks.is_ok
    ),
    counts as (
        select
            checks.hour_at,
            count(*) as checks_count,
            count(*) filter (where checks.is_failing) as failing_count
        from checks
        join well using (hour_at, hostname)
        group by checks.hour_at
    )
select hour_at, checks_count, failing_count
from counts
where failing_count >= 10 and 2 * failing_count > checks_count
order by hour_at
