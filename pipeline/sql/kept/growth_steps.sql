-- One row per source, measure and day, without the chain of marts.growth_days: what changed since the day before that has numbers, over the
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
-- not_null source, measure, day_on, instances_in_panel
-- anew where source = 'self'
-- anew where day_on >= getvariable('anew_sums_from')

with
    spans as (
        select
            source,
            hostname,
            from_on,
            until_on,
            users_total_audited as users,
            users_active_month_audited as month
        from marts.instance_spans
        where
            from_on >= getvariable('anew_panels_from')
            and (users_total_audited is not null or users_active_month_audited is not null)
    ),
    sequels as (
        select
            *,
            lag(until_on) over series as until_before,
            lag(users) over series as users_before,
            lag(month) over series as month_before,
            lead(from_on) over series as from_after,
            lead(users) over series as users_after,
            lead(month) over series as month_after
        from spans
        window series as (partition by source, hostname order by from_on)
    ),
    weeks as (
        -- stretches of a whole week that had ended; of two that begin in one week the later one
        select
            'self' as source,
            hostname,
            date_trunc('week', day_on)::date as from_on,
            arg_max(logins, day_on) as value
        from marts.instance_days
        where
            source = 'self'
            and days between 6 and 7
            and logins is not null
            and day_on + 7 <= getvariable('published_at')::date
        group by hostname, from_on
    ),
    series as (
        select
            source,
            'users_total' as measure,
            hostname,
            from_on,
            until_on,
            users as value,
            case when users_before is not null then until_before end as until_before,
            users_before as value_before,
            case when users_after is not null then from_after end as from_after
        from sequels
        where users is not null
        union all
        select
            source,
            'users_active_month',
            hostname,
            from_on,
            until_on,
            month,
            case when month_before is not null then until_before end,
            month_before,
            case when month_after is not null then from_after end
        from sequels
        where month is not null
        union all
        select
            source,
            'logins_week',
            hostname,
            from_on,
            from_on,
            value,
            lag(from_on) over (partition by hostname order by from_on),
            lag(value) over (partition by hostname order by from_on),
            lead(from_on) over (partition by hostname order by from_on)
        from weeks
    ),
    bunches as (
        -- spans of one shape are summed first: the days are then few
        select
            source, measure, from_on, until_on, count(*) as instances_count, sum(value) as value
        from series
        group by all
    ),
    numbered as (
        select
            source,
            measure,
            from_on as day_on,
            lag(from_on) over of_source as before_on,
            lead(from_on) over of_source as after_on
        from (select distinct source, measure, from_on from bunches)
        window of_source as (partition by source, measure order by from_on)
    ),
    ends as (
        -- the first day with numbers after a span has ended
        select bunches.source, bunches.measure, bunches.until_on, min(numbered.day_on) as after_on
        from (select distinct source, measure, until_on from bunches) as bunches
        join
            numbered
            on numbered.source = bunches.source
            and numbered.measure = bunches.measure
            and numbered.day_on > bunches.until_on
        group by all
    ),
    arrivals as (
        select series.source, series.measure, series.hostname, series.from_on as day_on, series.value
        from series
        join
            numbered
            on numbered.source = series.source
            and numbered.measure = series.measure
            and numbered.day_on = series.from_on
        where
            (series.from_on >= getvariable('anew_sums_from') or series.source = 'self')
            and (
                numbered.before_on is null
                or coalesce(series.until_before < numbered.before_on, true)
            )
    ),
    days_before as (
        select source, hostname, day_on, users_total, users_active_month
        from marts.instance_days
        semi join arrivals using (source, hostname)
        where until_on is not null and day_on < getvariable('anew_panels_from')
    ),
    arrivals_before as (
        select
            days_before.source,
            days_before.hostname,
            min(days_before.day_on) filter (
                where
                    days_before.users_total is not null and judged.users_total_rule is null
            ) as users_on,
            min(days_before.day_on) filter (
                where
                    days_before.users_active_month is not null
                    and judged.users_active_month_rule is null
            ) as month_on
        from days_before
        left join marts.judged_days as judged using (source, hostname, day_on)
        group by days_before.source, days_before.hostname
    ),
    firsts as (
        select source, measure, hostname, min(from_on) as first_on
        from (
            select source, measure, hostname, from_on
            from series
            union all
            select source, 'users_total', hostname, users_on
            from arrivals_before
            union all
            select source, 'users_active_month', hostname, month_on
            from arrivals_before
        )
        group by source, measure, hostname
    ),
    arrived as (
        select
            arrivals.source,
            arrivals.measure,
            arrivals.day_on,
            count(*) as instances_arrived,
            sum(arrivals.value) as value_arrived,
            count(*) filter (where firsts.first_on < arrivals.day_on) as instances_returned,
            sum(arrivals.value) filter (where firsts.first_on < arrivals.day_on) as value_returned,
            count(*) filter (where firsts.first_on = arrivals.day_on and young.hostname is not null)
                as instances_born,
            sum(arrivals.value) filter (
                where firsts.first_on = arrivals.day_on and young.hostname is not null
            ) as value_born,
            count(*) filter (where firsts.first_on = arrivals.day_on and young.hostname is null)
                as instances_discovered,
            sum(arrivals.value) filter (
                where firsts.first_on = arrivals.day_on and young.hostname is null
            ) as value_discovered
        from arrivals
        join firsts using (source, measure, hostname)
        left join kept.young as young using (hostname)
        group by arrivals.source, arrivals.measure, arrivals.day_on
    ),
    departed as (
        select
            series.source,
            series.measure,
            ends.after_on as day_on,
            count(*) as instances_left,
            sum(series.value) as value_left
        from series
        join ends using (source, measure, until_on)
        where series.from_after is null or series.from_after > ends.after_on
        group by series.source, series.measure, ends.after_on
    ),
    broken as (
        select
            series.source,
            series.measure,
            series.from_on as day_on,
            count(*) as instances_broken,
            sum(series.value_before) as broken_before,
            sum(series.value) as broken_after
        from series
        join
            marts.breaks as breaks
            on breaks.source = series.source
            and breaks.hostname = series.hostname
            and breaks.day_on = series.from_on
            and breaks.field = series.measure
        -- who was away meanwhile has returned, whatever else happened
        anti join
            arrivals
            on arrivals.source = series.source
            and arrivals.measure = series.measure
            and arrivals.hostname = series.hostname
            and arrivals.day_on = series.from_on
        group by series.source, series.measure, series.from_on
    ),
    totals as (
        select
            numbered.source,
            numbered.measure,
            numbered.day_on,
            sum(bunches.instances_count) as instances_count,
            sum(bunches.value) as value
        from numbered
        join
            bunches
            on bunches.source = numbered.source
            and bunches.measure = numbered.measure
            and numbered.day_on between bunches.from_on and bunches.until_on
        group by numbered.source, numbered.measure, numbered.day_on
    ),
    panels as (
        -- coalesce: nobody came, left or broke that day: counts and sums of nothing
        select
            numbered.source,
            numbered.measure,
            numbered.day_on,
            numbered.before_on,
            coalesce(before.instances_count, 0)
            - coalesce(departed.instances_left, 0)
            - coalesce(broken.instances_broken, 0) as instances_in_panel,
            before.value
            - coalesce(departed.value_left, 0)
            - coalesce(broken.broken_before, 0) as value_before,
            totals.value
            - coalesce(arrived.value_arrived, 0)
            - coalesce(broken.broken_after, 0) as value_after,
            coalesce(arrived.instances_born, 0) as instances_born,
            coalesce(arrived.value_born, 0) as value_born,
            coalesce(arrived.instances_discovered, 0) as instances_discovered,
            coalesce(arrived.value_discovered, 0) as value_discovered,
            coalesce(arrived.instances_returned, 0) as instances_returned,
            coalesce(arrived.value_returned, 0) as value_returned,
            coalesce(departed.instances_left, 0) as instances_left,
            coalesce(departed.value_left, 0) as value_left,
            coalesce(broken.instances_broken, 0) as instances_broken,
            coalesce(broken.broken_after - broken.broken_before, 0) as value_broken
        from numbered
        join totals using (source, measure, day_on)
        left join
            totals as before
            on before.source = numbered.source
            and before.measure = numbered.measure
            and before.day_on = numbered.before_on
        left join arrived using (source, measure, day_on)
        left join departed using (source, measure, day_on)
        left join broken using (source, measure, day_on)
    )
select
    source,
    measure,
    day_on,
    before_on,
    instances_in_panel::bigint as instances_in_panel,
    case when before_on is not null then value_before end::bigint as value_before,
    case when before_on is not null then value_after end::bigint as value_after,
    case when value_before > 0 then value_after / value_before - 1 end as growth_ratio,
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
