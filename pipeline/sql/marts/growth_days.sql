-- One row per source, measure and day: what changed since the day before that has numbers, over the
--    servers seen on both (same panel), with everything that is not growth apart. Audited numbers.
-- source | herdbook = own checks, else the imported source
-- measure | users_total or users_active_month
-- day_on | the day, UTC
-- before_on | the day before it that has numbers, UTC
-- instances_in_panel | instances with a number on both days, breaks left out
-- value_before | their numbers on the day before
-- value_after | their numbers on the day
-- growth_ratio | value_after / value_before - 1
-- index_chained | all growth since the first day, chained; 1 on the first day
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

with
    spans as (
        select
            source,
            'users_total' as measure,
            hostname,
            from_on,
            until_on,
            users_total_audited as value
        from marts.instance_spans
        where users_total_audited is not null
        union all
        select
            source, 'users_active_month', hostname, from_on, until_on, users_active_month_audited
        from marts.instance_spans
        where users_active_month_audited is not null
    ),
    covered as (
        select distinct
            source, measure, unnest(range(from_on, until_on + 1, interval 1 day))::date as day_on
        from (select distinct source, measure, from_on, until_on from spans)
    ),
    numbered as (
        select
            *,
            row_number() over (partition by source, measure order by day_on) as place,
            lag(day_on) over (partition by source, measure order by day_on) as before_on
        from covered
    ),
    placed as (
        select
            spans.*,
            firsts.place as from_place,
            lasts.place as until_place,
            lag(spans.value) over series as value_before,
            lag(lasts.place) over series as place_before,
            lead(firsts.place) over series as place_after
        from spans
        join
            numbered as firsts
            on firsts.source = spans.source
            and firsts.measure = spans.measure
            and firsts.day_on = spans.from_on
        join
            numbered as lasts
            on lasts.source = spans.source
            and lasts.measure = spans.measure
            and lasts.day_on = spans.until_on
        window
            series as (
                partition by spans.source, spans.measure, spans.hostname order by spans.from_on
            )
    ),
    young as (
        -- a server that tells its own past and had none twelve weeks ago
        select hostname
        from marts.instance_days
        where source = 'self'
        group by hostname
        having
            coalesce(
                arg_min(logins, day_on) + arg_min(statuses, day_on) + arg_min(registrations, day_on),
                0
            )
            = 0
    ),
    arrivals as (
        select
            placed.source,
            placed.measure,
            placed.from_place as place,
            placed.value,
            placed.value_before,
            case
                when placed.place_before = placed.from_place - 1 and breaks.hostname is not null
                then 'broken'
                when placed.place_before = placed.from_place - 1
                then 'kept'
                when placed.place_before is not null
                then 'returned'
                when young.hostname is not null
                then 'born'
                else 'discovered'
            end as how
        from placed
        left join young using (hostname)
        left join
            marts.breaks as breaks
            on breaks.source = placed.source
            and breaks.hostname = placed.hostname
            and breaks.day_on = placed.from_on
            and breaks.field = placed.measure
    ),
    arrived as (
        select
            source,
            measure,
            place,
            coalesce(sum(value - value_before) filter (where how = 'kept'), 0) as change,
            coalesce(sum(value_before) filter (where how = 'broken'), 0) as broken_before,
            count(*) filter (where how = 'broken') as instances_broken,
            coalesce(sum(value - value_before) filter (where how = 'broken'), 0) as value_broken,
            count(*) filter (where how = 'born') as instances_born,
            coalesce(sum(value) filter (where how = 'born'), 0) as value_born,
            count(*) filter (where how = 'discovered') as instances_discovered,
            coalesce(sum(value) filter (where how = 'discovered'), 0) as value_discovered,
            count(*) filter (where how = 'returned') as instances_returned,
            coalesce(sum(value) filter (where how = 'returned'), 0) as value_returned
        from arrivals
        group by source, measure, place
    ),
    departed as (
        select
            source,
            measure,
            until_place + 1 as place,
            count(*) as instances_left,
            sum(value) as value_left
        from placed
        where place_after is distinct from until_place + 1
        group by source, measure, place
    ),
    totals as (
        select
            spans.source,
            spans.measure,
            days.place,
            sum(spans.instances) as instances,
            sum(spans.value) as value
        from (
            select source, measure, from_on, until_on, count(*) as instances, sum(value) as value
            from spans
            group by all
        ) as spans
        join
            numbered as days
            on days.source = spans.source
            and days.measure = spans.measure
            and days.day_on between spans.from_on and spans.until_on
        group by spans.source, spans.measure, days.place
    ),
    panels as (
        select
            days.source,
            days.measure,
            days.day_on,
            days.before_on,
            -- coalesce: nobody came or left that day, or there was no day before
            coalesce(before.instances, 0)
            - coalesce(departed.instances_left, 0)
            - coalesce(arrived.instances_broken, 0) as instances_in_panel,
            coalesce(before.value, 0)
            - coalesce(departed.value_left, 0)
            - coalesce(arrived.broken_before, 0) as value_before,
            coalesce(arrived.change, 0) as change,
            coalesce(arrived.instances_born, 0) as instances_born,
            coalesce(arrived.value_born, 0) as value_born,
            coalesce(arrived.instances_discovered, 0) as instances_discovered,
            coalesce(arrived.value_discovered, 0) as value_discovered,
            coalesce(arrived.instances_returned, 0) as instances_returned,
            coalesce(arrived.value_returned, 0) as value_returned,
            coalesce(departed.instances_left, 0) as instances_left,
            coalesce(departed.value_left, 0) as value_left,
            coalesce(arrived.instances_broken, 0) as instances_broken,
            coalesce(arrived.value_broken, 0) as value_broken
        from numbered as days
        left join
            totals as before
            on before.source = days.source
            and before.measure = days.measure
            and before.place = days.place - 1
        left join
            arrived
            on arrived.source = days.source
            and arrived.measure = days.measure
            and arrived.place = days.place
        left join
            departed
            on departed.source = days.source
            and departed.measure = days.measure
            and departed.place = days.place
    )
select
    source,
    measure,
    day_on,
    before_on,
    instances_in_panel::bigint as instances_in_panel,
    case when before_on is not null then value_before end::bigint as value_before,
    case when before_on is not null then value_before + change end::bigint as value_after,
    case when value_before > 0 then change / value_before end as growth_ratio,
    exp(
        sum(case when value_before > 0 and value_before + change > 0 then ln(1 + change / value_before) else 0 end)
            over (partition by source, measure order by day_on)
    ) as index_chained,
    instances_born,
    value_born::bigint as value_born,
    instances_discovered,
    value_discovered::bigint as value_discovered,
    instances_returned,
    value_returned::bigint as value_returned,
    instances_left,
    value_left::bigint as value_left,
    instances_broken,
    value_broken::bigint as value_broken
from panels
order by source, measure, day_on
