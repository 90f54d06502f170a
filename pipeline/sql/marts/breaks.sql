-- One row per change of an instance's number that is a break in the series, not growth.
-- source | herdbook = own checks, else the imported source
-- hostname | the instance
-- day_on | the first day of the new level, UTC
-- before_on | the day before it that has a number, UTC
-- field | users_active_month
-- value_before | the number before
-- value_after | the number after
-- rule_id | the rule that says so
-- unique source, hostname, day_on, field
-- not_null source, hostname, day_on, before_on, field, value_before, value_after, rule_id

with
    -- nobody else can break by a rule that looks at larger numbers only
    large as (
        select source, hostname
        from marts.instance_days
        where source <> 'self'
        group by source, hostname
        having
            max(users_active_month)
            >= (select min(least) from rules.plausibility where kind = 'break')
    ),
    steps as (
        select
            source,
            hostname,
            day_on,
            users_active_month as value_after,
            users_total,
            lag(users_active_month) over series as value_before,
            lag(users_total) over series as users_total_before,
            lag(day_on) over series as before_on
        from marts.instance_days
        semi join large using (source, hostname)
        where users_active_month is not null
        window series as (partition by source, hostname order by day_on)
    )
select
    steps.source,
    steps.hostname,
    steps.day_on,
    steps.before_on,
    rule.field,
    steps.value_before,
    steps.value_after,
    rule.rule_id
from steps
cross join (select * from rules.plausibility where kind = 'break') as rule
where
    steps.day_on - steps.before_on <= rule.days
    and greatest(steps.value_before, steps.value_after) >= rule.least
    and greatest(steps.value_before, steps.value_after)
    >= rule.factor * least(steps.value_before, steps.value_after)
    -- new people explain a rise; where a source does not count them, nothing does
    and (
        steps.users_total is null
        or steps.users_total_before is null
        or abs(steps.users_total - steps.users_total_before)
        < 0.5 * abs(steps.value_after - steps.value_before)
    )
order by steps.source, steps.hostname, steps.day_on
