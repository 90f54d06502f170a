-- One row per instance, source and stretch of time in which it said the same of sign-up: when sign-ups
--    opened and closed. Days on which it said nothing of it end no stretch.
-- source | herdbook = own checks, else the imported source
-- hostname | the instance
-- from_on | first day on which it said so, UTC
-- until_on | last day on which it said so, UTC; the next stretch began somewhere between
-- registration | open, approval, invite or closed
-- days_count | days on which it said so
-- is_last | whether it has said nothing else since
-- unique source, hostname, from_on
-- not_null source, hostname, from_on, until_on, registration, days_count, is_last
-- check until_on >= from_on
-- check registration in ('open', 'approval', 'invite', 'closed')

with
    states as (
        select
            source,
            hostname,
            min(least_registration) as registration,
            min(registration_on) as from_on,
            max(registration_until_on) as until_on,
            sum(registration_count)::bigint as days_count,
            min(least_registration) <> max(most_registration) as is_changing
        from kept.stretches
        where registration_count > 0
        group by source, hostname
    ),
    -- stretches in which it said one thing are a row; only of the others each day is looked at
    said as (
        select
            source,
            hostname,
            least_registration as registration,
            registration_on as from_on,
            registration_until_on as until_on,
            registration_count as days_count
        from kept.stretches
        semi join (from states where is_changing) as changing using (source, hostname)
        where registration_count > 0 and least_registration = most_registration
        union all
        select days.source, days.hostname, days.registration, days.day_on, days.day_on, 1
        from marts.instance_days as days
        join
            kept.stretches as mixed
            on mixed.source = days.source
            and mixed.hostname = days.hostname
            and mixed.least_registration < mixed.most_registration
            and days.day_on between mixed.registration_on and mixed.registration_until_on
        where days.registration in ('open', 'approval', 'invite', 'closed')
    ),
    counted as (
        select
            *,
            row_number() over (partition by source, hostname order by from_on)
            - row_number() over (
                partition by source, hostname, registration order by from_on
            ) as stretch
        from said
    ),
    stretches as (
        select
            source,
            hostname,
            min(from_on) as from_on,
            max(until_on) as until_on,
            registration,
            sum(days_count)::bigint as days_count
        from counted
        group by source, hostname, registration, stretch
        union all
        select source, hostname, from_on, until_on, registration, days_count
        from states
        where not is_changing
    )
select
    stretches.source,
    stretches.hostname,
    stretches.from_on,
    stretches.until_on,
    stretches.registration,
    stretches.days_count,
    stretches.until_on = max(stretches.until_on) over (
        partition by stretches.source, stretches.hostname
    ) as is_last
from stretches
order by stretches.source, stretches.hostname, stretches.from_on
