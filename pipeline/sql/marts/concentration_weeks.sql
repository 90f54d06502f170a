-- One row per source, week, measure and kind of holder: how the audited numbers are spread. The day is
--    the last of the week that has numbers. Small shares are of the audited total, not of the network.
-- source | herdbook = own checks, else the imported source
-- day_on | the day, UTC
-- measure | users_total or users_active_month
-- holder | what holds the numbers: instance, software or registrable_domain
-- holders_count | holders with a number above zero
-- instances_known | instances whose answer counts that day
-- value | the audited sum
-- top1_ratio | share of the largest holder
-- top10_ratio | share of the ten largest
-- hhi | Herfindahl-Hirschman index: the sum of squared shares, 0 to 10,000 [none]
-- shannon | Shannon entropy of the shares [nats]
-- simpson | Simpson index: one minus the sum of squared shares, 0 to 1 [none]
-- gini | Gini coefficient among the holders, 0 to 1 [none]
-- b25 | least number of holders that together hold a quarter [count]
-- b50 | … half [count]
-- b75 | … three quarters [count]
-- b90 | … nine tenths [count]
-- unique source, day_on, measure, holder
-- not_null source, day_on, measure, holder, holders_count, instances_known, value
-- check top1_ratio <= top10_ratio
-- check b25 <= b50 and b50 <= b75 and b75 <= b90
-- anew where source <> 'herdbook'
-- anew where day_on >= date_trunc('week', getvariable('anew_sums_from'))

with
    last_days as (
        select source, max(day_on) as day_on
        from (select distinct source, day_on from marts.software_days)
        where
            day_on >= date_trunc('week', getvariable('anew_sums_from'))
            -- a name that was met since belongs to another domain than it seemed
            or source <> 'herdbook'
        group by source, date_trunc('week', day_on)
    ),
    sampled as (
        -- an answer counts for seven days, so few of these days can fall into its span
        select starts.source, starts.from_on, last_days.day_on
        from (select distinct source, day_on as from_on from marts.software_days) as starts
        join
            last_days
            on last_days.source = starts.source
            and last_days.day_on between starts.from_on and starts.from_on + 6
    ),
    counted as (
        select
            spans.source,
            sampled.day_on,
            spans.hostname,
            coalesce(spans.software_name, 'unknown') as software_name,
            coalesce(names.registrable_domain, last_labels(spans.hostname)) as registrable_domain,
            spans.users_total_audited as users_total,
            spans.users_active_month_audited as users_active_month
        from marts.instance_spans as spans
        join
            sampled
            on sampled.source = spans.source
            and sampled.from_on = spans.from_on
            and sampled.day_on <= spans.until_on
        left join raw.hostnames as names on names.hostname = spans.hostname
        where
            spans.from_on > date_trunc('week', getvariable('anew_sums_from')) - interval 7 days
            or spans.source <> 'herdbook'
    ),
    known as (
        select source, day_on, count(*) as instances_known from counted group by source, day_on
    ),
    measured as (
        select
            source,
            day_on,
            'users_total' as measure,
            hostname,
            software_name,
            registrable_domain,
            users_total as value
        from counted
        where users_total > 0
        union all
        select
            source,
            day_on,
            'users_active_month',
            hostname,
            software_name,
            registrable_domain,
            users_active_month
        from counted
        where users_active_month > 0
    ),
    held as (
        select source, day_on, measure, 'instance' as holder, value::hugeint as value
        from measured
        union all
        select source, day_on, measure, 'software', sum(value)
        from measured
        group by source, day_on, measure, software_name
        union all
        select source, day_on, measure, 'registrable_domain', sum(value)
        from measured
        group by source, day_on, measure, registrable_domain
    ),
    sums as (
        select source, day_on, measure, holder, count(*) as holders_count, sum(value) as whole
        from held
        group by source, day_on, measure, holder
    ),
    placed as (
        -- places of equals do not matter to any of the figures
        select
            source,
            day_on,
            measure,
            holder,
            value,
            row_number() over from_above as place,
            sum(value) over from_above as value_so_far
        from held
        window
            from_above as (
                partition by source, day_on, measure, holder
                order by value desc
                rows between unbounded preceding and current row
            )
    ),
    summed as (
        select
            placed.source,
            placed.day_on,
            placed.measure,
            placed.holder,
            placed.place,
            placed.value / sums.whole as share,
            placed.value_so_far / sums.whole as held_ratio,
            sums.holders_count,
            sums.whole
        from placed
        join sums using (source, day_on, measure, holder)
    )
select
    summed.source,
    summed.day_on,
    summed.measure,
    summed.holder,
    any_value(summed.holders_count) as holders_count,
    any_value(known.instances_known) as instances_known,
    any_value(summed.whole)::bigint as value,
    max(summed.share) as top1_ratio,
    max(summed.held_ratio) filter (where summed.place <= 10) as top10_ratio,
    sum(summed.share * summed.share) * 10000 as hhi,
    -sum(summed.share * ln(summed.share)) as shannon,
    1 - sum(summed.share * summed.share) as simpson,
    (any_value(summed.holders_count) + 1 - 2 * sum(summed.place * summed.share))
    / any_value(summed.holders_count) as gini,
    -- a hair below the share: sums of shares end a rounding error short of it
    min(summed.place) filter (where summed.held_ratio >= 0.25 - 1e-12) as b25,
    min(summed.place) filter (where summed.held_ratio >= 0.5 - 1e-12) as b50,
    min(summed.place) filter (where summed.held_ratio >= 0.75 - 1e-12) as b75,
    min(summed.place) filter (where summed.held_ratio >= 0.9 - 1e-12) as b90
from summed
join known using (source, day_on)
group by summed.source, summed.day_on, summed.measure, summed.holder
order by summed.source, summed.measure, summed.holder, summed.day_on
