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
            registration,
            min(day_on) as from_on,
            max(day_on) as until_on,
            count(*) as days_count
        from marts.instance_days
        where source <> 'self' and registration in ('open', 'approval', 'invite', 'closed')
        group by source, hostname, registration
    ),
    changing as (
        select source, hostname from states group by source, hostname having count(*) > 1
    ),
    said as (
        select
            days.source,
            days.hostname,
            days.day_on,
            days.registration,
            row_number() over (partition by days.source, days.hostname order by days.day_on)
            - row_number() over (
                partition by days.source, days.hostname, days.registration order by days.day_on
            ) as stretch
        from marts.instance_days as days
        semi join changing using (source, hostname)
        where days.registration in ('open', 'approval', 'invite', 'closed')
    ),
    stretches as (
        select
            source,
            hostname,
            min(day_on) as from_on,
            max(day_on) as until_on,
            registration,
            count(*) as days_count
        from said
        group by source, hostname, registration, stretch
        union all
        select source, hostname, from_on, until_on, registration, days_count
        from states
        anti join changing using (source, hostname)
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
