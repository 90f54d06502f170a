-- One row per source, measure and day: what changed since the day before that has numbers, over the
--    servers seen on both (same panel), with everything that is not growth apart. Audited numbers. A
--    pause of the crawler is no change: days on which nobody answered are no days.
-- source | herdbook = own checks, self = what servers tell of their own past, else the imported source
-- measure | users_total or users_active_month; logins_week (`self` only): who signed in within the week
-- day_on | the day, UTC; for `self` the Monday of the week
-- before_on | the day before it that has numbers, UTC; null = this is the first
-- instances_in_panel | instances with a number on both days, breaks left out
-- value_before | their numbers on the day before
-- value_after | their numbers on the day
-- growth_ratio | value_after / value_before - 1
-- index_chained | all growth since the first day, chained; 1 on the first day [ratio]
-- instances_born | instances new to us whose own past begins within the last twelve weeks
-- value_born | their numbers
-- instances_discovered | instances new to us that may be old: found, not grown
-- value_discovered | their numbers
-- instances_returned | instances that were here before, were not on the day before, and are back
-- value_returned | their numbers
-- instances_left | instances with a number on the day before and none on the day
-- value_left | their numbers on the day before
-- instances_broken | instances whose series breaks on the day (marts.breaks)
-- value_broken | what the break adds or takes
-- unique source, measure, day_on
-- not_null source, measure, day_on, instances_in_panel, index_chained

select
    source,
    measure,
    day_on,
    before_on,
    instances_in_panel,
    value_before,
    value_after,
    growth_ratio,
    exp(
        sum(
            case
                when value_before > 0 and value_after > 0 then ln(value_after / value_before) else 0
            end
        ) over (partition by source, measure order by day_on)
    ) as index_chained,
    instances_born,
    value_born,
    instances_discovered,
    value_discovered,
    instances_returned,
    value_returned,
    instances_left,
    value_left,
    instances_broken,
    value_broken
from kept.growth_steps
order by source, measure, day_on
